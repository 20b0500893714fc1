/** Kernel log lines: the templates by id, and how one becomes text on a given kernel. */
import { isAvailable } from './availability.js';
import { MESSAGE_TEMPLATES, type MessageId, type MessageTemplate } from './message-templates.js';

export type { MessageId, MessageTemplate } from './message-templates.js';

export const MESSAGES: Readonly<Record<MessageId, MessageTemplate>> = MESSAGE_TEMPLATES;

/** Text goes in as it is; numbers take the format of their placeholder. */
export type MessageValues = Readonly<Record<string, string | number | bigint>>;

const PREFIXED_HEX: ReadonlySet<string> = new Set(['pfn', 'phys']);
const BARE_HEX: ReadonlySet<string> = new Set(['pfnBare', 'address', 'mcg', 'first', 'last']);
const PADDED_HEX: ReadonlySet<string> = new Set(['status', 'esr']);
/** Hex with `0x` and two digits. */
const PREFIXED_SHORT_HEX: ReadonlySet<string> = new Set(['errorType']);
/** Hex with `0x` and 16 digits, as CPER records print addresses. */
const PREFIXED_PADDED_HEX: ReadonlySet<string> = new Set(['cperAddress']);

function printed(name: string, value: string | number | bigint): string {
    if (typeof value === 'string') return value;
    if (PREFIXED_HEX.has(name)) return `0x${value.toString(16)}`;
    if (BARE_HEX.has(name)) return value.toString(16);
    if (PADDED_HEX.has(name)) return value.toString(16).padStart(16, '0');
    if (PREFIXED_SHORT_HEX.has(name)) return `0x${value.toString(16).padStart(2, '0')}`;
    if (PREFIXED_PADDED_HEX.has(name)) return `0x${value.toString(16).padStart(16, '0')}`;
    return value.toString();
}

/** The wording that a kernel has for the line. */
export function messageText(id: MessageId, release: string): string {
    const template = MESSAGES[id];
    return template.old && isAvailable(template.old, { written: release, proposals: [] }) ? template.old.text : template.text;
}

/** Text and placeholder names in turn: odd entries are names. */
const PARTS = new Map<string, readonly string[]>();

function partsOf(text: string): readonly string[] {
    let parts = PARTS.get(text);
    if (parts === undefined) {
        parts = text.split(/\{(\w+)\}/);
        PARTS.set(text, parts);
    }
    return parts;
}

/** The line as that kernel prints it. A placeholder without a value stays as it is written. */
export function renderMessage(id: MessageId, release: string, values: MessageValues = {}): string {
    const parts = partsOf(messageText(id, release));
    let line = parts[0]!;
    for (let at = 1; at < parts.length; at += 2) {
        const name = parts[at]!;
        const value = values[name];
        line += (value === undefined ? `{${name}}` : printed(name, value)) + parts[at + 1]!;
    }
    return line;
}
