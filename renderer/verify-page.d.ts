/** The page that checks an exported log, as the build put it in. */
declare module 'virtual:verify-page' {
  export const verifyPage: string;
}
