import { useEffect, useState } from 'preact/hooks';

export type Scheme = 'light' | 'dark';

/** What the reader's system asks for; canvases have to be drawn anew when it changes. */
export function useScheme(): Scheme {
  const [scheme, setScheme] = useState<Scheme>(() => (dark().matches ? 'dark' : 'light'));
  useEffect(() => {
    const query = dark();
    const follow = (): void => setScheme(query.matches ? 'dark' : 'light');
    query.addEventListener('change', follow);
    return () => query.removeEventListener('change', follow);
  }, []);
  return scheme;
}

function dark(): MediaQueryList {
  return matchMedia('(prefers-color-scheme: dark)');
}

/** Colours of lines that can be told apart, by those who see fewer colours too, and stand out by 3 to 1. */
export const lineColors: Record<Scheme, readonly string[]> = {
  light: [
    '#1d6fb8',
    '#c2410c',
    '#0f7b5f',
    '#a21caf',
    '#8a6100',
    '#0e7490',
    '#be123c',
    '#5b21b6',
    '#4d7c0f',
    '#57534e',
  ],
  dark: [
    '#6cb6ff',
    '#ff9e64',
    '#4fd1a5',
    '#f08cf0',
    '#e3c04a',
    '#56d4e0',
    '#ff8095',
    '#b9a3ff',
    '#a3d65c',
    '#b8b2a9',
  ],
};

/** From hardly any to most; the lines of quantiles stand out against all of it. */
export const heatColors: Record<Scheme, readonly string[]> = {
  light: ramp(['#e6eff9', '#9ecae8', '#4292c6', '#1461a8', '#08306b']),
  dark: ramp(['#12263c', '#1d4a73', '#2a76b3', '#58a9e6', '#c4e4ff']),
};

export const quantileColors: Record<Scheme, Readonly<Record<'p50' | 'p90' | 'p99', string>>> = {
  light: { p50: '#b45309', p90: '#c81e4a', p99: '#86198f' },
  dark: { p50: '#ffd166', p90: '#ff8fa3', p99: '#f5a3ff' },
};

/** 64 steps between the stops. */
function ramp(stops: readonly string[]): string[] {
  const rgb = stops.map((stop) => [1, 3, 5].map((at) => Number.parseInt(stop.slice(at, at + 2), 16)));
  return Array.from({ length: 64 }, (_, step) => {
    const place = (step / 63) * (stops.length - 1);
    const below = Math.min(Math.floor(place), stops.length - 2);
    const mixed = rgb[below]!.map((from, part) => from + (rgb[below + 1]![part]! - from) * (place - below));
    return `rgb(${mixed.map(Math.round).join(' ')})`;
  });
}

/** What the style sheet says of a name. */
export function cssColor(name: string): string {
  return getComputedStyle(document.documentElement).getPropertyValue(name).trim();
}
