// Colours of classes, elements, edges; and what is legible on them.

export interface Rgb {
  r: number;
  g: number;
  b: number;
}

/** Okabe and Ito's palette, told apart by colour-blind readers; grey for their black, which a dark page would hide. */
const PALETTE = ["#0072B2", "#E69F00", "#009E73", "#CC79A7", "#56B4E9", "#D55E00", "#F0E442", "#8C8C8C"];

export function parse(colour: string): Rgb {
  const hex = /^#([0-9a-f]{6})$/i.exec(colour.trim());
  if (hex) {
    const n = parseInt(hex[1]!, 16);
    return { r: n >> 16, g: (n >> 8) & 255, b: n & 255 };
  }
  const numbers = colour.match(/[\d.]+/g)?.map(Number) ?? [];
  const [r = 128, g = 128, b = 128] = numbers;
  return { r, g, b };
}

export const css = ({ r, g, b }: Rgb): string => `rgb(${Math.round(r)}, ${Math.round(g)}, ${Math.round(b)})`;
export const number = ({ r, g, b }: Rgb): number => (Math.round(r) << 16) | (Math.round(g) << 8) | Math.round(b);

/** `t` of the way from one colour to another. */
export const mix = (from: Rgb, to: Rgb, t: number): Rgb => ({
  r: from.r + (to.r - from.r) * t,
  g: from.g + (to.g - from.g) * t,
  b: from.b + (to.b - from.b) * t,
});

export function luminance({ r, g, b }: Rgb): number {
  const linear = (v: number) => (v / 255 <= 0.03928 ? v / 255 / 12.92 : ((v / 255 + 0.055) / 1.055) ** 2.4);
  return 0.2126 * linear(r) + 0.7152 * linear(g) + 0.0722 * linear(b);
}

/** Black or white, whichever contrasts more. */
export const inkOn = (colour: Rgb): string => (luminance(colour) > 0.179 ? "#000" : "#fff");

/** Contrast of two colours as the Web Content Accessibility Guidelines define it, from 1 to 21. */
export function contrast(a: Rgb, b: Rgb): number {
  const [low, high] = [luminance(a), luminance(b)].sort((p, q) => p - q) as [number, number];
  return (high + 0.05) / (low + 0.05);
}

/** The colour, drawn towards that of the text as far as it must be to stand out from the surface as a thin mark. */
export function markColour(colour: Rgb, ink: Rgb, surface: Rgb): Rgb {
  let t = 0;
  while (contrast(mix(colour, ink, t), surface) < 3 && t < 1) t += 0.05;
  return mix(colour, ink, t);
}

const BLACK: Rgb = { r: 0, g: 0, b: 0 };
const WHITE: Rgb = { r: 255, g: 255, b: 255 };

/** The colour of a class; beyond the palette its colours come again lighter, then darker, and are hatched in charts. */
export function classColour(cls: number): Rgb {
  const base = parse(PALETTE[cls % PALETTE.length]!);
  const cycle = Math.floor(cls / PALETTE.length) % 3;
  return cycle === 0 ? base : cycle === 1 ? mix(base, WHITE, 0.5) : mix(base, BLACK, 0.45);
}

export const isRepeated = (cls: number): boolean => cls >= PALETTE.length;
