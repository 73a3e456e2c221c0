import {
  type BrandVariants,
  createDarkTheme,
  createLightTheme,
  type Theme,
  teamsHighContrastTheme,
} from '@fluentui/react-components';

/** Sea green, from nearly black to nearly white; 80 carries white text at more than 4.5 to 1 (WCAG 2.2, 1.4.3). */
const brand: BrandVariants = {
  10: '#02090a',
  20: '#06191c',
  30: '#062a2f',
  40: '#07363d',
  50: '#09434b',
  60: '#0a4f59',
  70: '#0b5c67',
  80: '#0d6975',
  90: '#1d7783',
  100: '#37858f',
  110: '#4e939c',
  120: '#65a1a9',
  130: '#7cafb6',
  140: '#93bec3',
  150: '#abccd1',
  160: '#c3dbde',
};

const fonts: Pick<Theme, 'fontFamilyBase'> = {
  fontFamilyBase:
    "'Segoe UI Variable Text', 'Segoe UI', Inter, system-ui, -apple-system, 'Helvetica Neue', sans-serif",
};

export const schemes = ['system', 'light', 'dark', 'contrast'] as const;
export type Scheme = (typeof schemes)[number];

const light: Theme = { ...createLightTheme(brand), ...fonts };
const dark: Theme = {
  ...createDarkTheme(brand),
  ...fonts,
  // on dark grounds the darker steps would fall below 4.5 to 1
  colorBrandForeground1: brand[130],
  colorBrandForeground2: brand[140],
  colorBrandForegroundLink: brand[140],
  colorBrandForegroundLinkHover: brand[150],
  colorCompoundBrandForeground1: brand[130],
};
const contrast: Theme = { ...teamsHighContrastTheme, ...fonts };

export function themeOf(scheme: Scheme, systemIsDark: boolean): Theme {
  if (scheme === 'contrast') return contrast;
  if (scheme === 'system') return systemIsDark ? dark : light;
  return scheme === 'dark' ? dark : light;
}
