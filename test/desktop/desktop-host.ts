/** Electron or its double with the desktop application in it, as the stories drive it. */
export interface DesktopHost {
  /** Runs an expression in the page and waits for its text. */
  inPage(expression: string): Promise<string>;
  reload(): Promise<void>;
  /** Whether the page gets to another address by itself. */
  navigates(address: string): Promise<boolean>;
  /** Whether the page can open a window. */
  opensWindow(address: string): Promise<boolean>;
  /** Whether the page is given a permission, of the Permissions API's names. */
  isPermitted(permission: 'geolocation' | 'notifications'): Promise<boolean>;
  /** What the program told the system to show as notifications, oldest first; null where the system has none. */
  notified(): Promise<readonly { readonly title: string; readonly body: string }[] | null>;
  /** Somebody clicks on the newest of them; whether the window is in front then. */
  clickNotification(): Promise<boolean>;
  /** How many windows there are, and whether the first is in front, after the program was started once more. */
  startAgain(): Promise<{ readonly windows: number; readonly inFront: boolean }>;
  /** Until the process has ended. */
  quit(): Promise<void>;
}

/** Starts the application on a data folder; `runtime`: for what else it needs. */
export type StartDesktop = (dataFolder: string, runtime: string) => Promise<DesktopHost>;
