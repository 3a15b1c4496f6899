/** Numbers as the page's language writes them. */

import { LANGUAGE } from "./words";

const shown = (digits: number): Intl.NumberFormat => new Intl.NumberFormat(LANGUAGE, { maximumFractionDigits: digits, minimumFractionDigits: digits });
const [whole, tenths, hundredths] = [shown(0), shown(1), shown(2)];

export const number = (value: number): string => whole.format(value);
export const hectares = (area_m2: number): string => tenths.format(area_m2 / 10_000);
export const share = (value: number): string => hundredths.format(value);
