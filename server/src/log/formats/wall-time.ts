/** Wall clocks as logs write them. */

const MONTHS = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];

export function monthOf(name: string): number | undefined {
    const index = MONTHS.indexOf(name);
    return index < 0 ? undefined : index;
}

/** Days from 1970-01-01 to a day of the proleptic Gregorian calendar; `month` counts from 0. */
function daysSince1970(year: number, month: number, day: number): number {
    // Years that begin in March put the leap day last.
    const shifted = month < 2 ? year - 1 : year;
    const era = Math.floor(shifted / 400);
    const ofEra = shifted - era * 400;
    const ofYear = Math.floor((153 * ((month + 10) % 12) + 2) / 5) + day - 1;
    return era * 146_097 + ofEra * 365 + Math.floor(ofEra / 4) - Math.floor(ofEra / 100) + ofYear - 719_468;
}

const ISO = /^(\d{4})-(\d\d)-(\d\d)[T ](\d\d):(\d\d):(\d\d)(?:[.,](\d{1,9}))? ?(?:(Z|UTC)|([+-])(\d\d):?(\d\d))?/;

export interface WrittenTime { readonly year: number; readonly month: string; readonly day: number; readonly time: string; }

/** Milliseconds since 1970; without a zone UTC is taken. Undefined where the text is no time. */
export function wallTime(written: string | WrittenTime): number | undefined {
    if (typeof written !== 'string') {
        const [hours = 0, minutes = 0, seconds = 0] = written.time.split(':').map(Number);
        return Math.round((daysSince1970(written.year, monthOf(written.month) ?? 0, written.day) * 86_400 + hours * 3600 + minutes * 60 + seconds) * 1000);
    }
    const match = ISO.exec(written);
    if (match === null) return undefined;
    const [, year, month, day, hours, minutes, seconds, fraction, , sign, zoneHours, zoneMinutes] = match;
    const zone = sign === undefined ? 0 : (Number(zoneHours) * 60 + Number(zoneMinutes)) * (sign === '-' ? -1 : 1);
    const whole = daysSince1970(Number(year), Number(month) - 1, Number(day)) * 86_400 + Number(hours) * 3600 + (Number(minutes) - zone) * 60 + Number(seconds);
    return whole * 1000 + (fraction === undefined ? 0 : Number(fraction.slice(0, 3).padEnd(3, '0')));
}

/** `2026-07-13T21:29:30.000Z`; years beyond four digits as they are. */
export function isoTime(wallMs: number): string {
    const days = Math.floor(wallMs / 86_400_000);
    const rest = wallMs - days * 86_400_000;
    const z = days + 719_468;
    const era = Math.floor(z / 146_097);
    const doe = z - era * 146_097;
    const yoe = Math.floor((doe - Math.floor(doe / 1460) + Math.floor(doe / 36_524) - Math.floor(doe / 146_096)) / 365);
    const doy = doe - (365 * yoe + Math.floor(yoe / 4) - Math.floor(yoe / 100));
    const mp = Math.floor((5 * doy + 2) / 153);
    const month = mp < 10 ? mp + 3 : mp - 9;
    const year = yoe + era * 400 + (month <= 2 ? 1 : 0);
    const two = (value: number): string => String(value).padStart(2, '0');
    const seconds = Math.floor(rest / 1000);
    const date = `${String(year).padStart(4, '0')}-${two(month)}-${two(doy - Math.floor((153 * mp + 2) / 5) + 1)}`;
    return `${date}T${two(Math.floor(seconds / 3600))}:${two(Math.floor(seconds / 60) % 60)}:${two(seconds % 60)}.${String(rest % 1000).padStart(3, '0')}Z`;
}
