import type { Page } from 'playwright-core';

/** A place on the page, in pixels. */
export interface Point {
    readonly x: number;
    readonly y: number;
}

/** Moves the mouse to the first place of a text in the editor: to the letters themselves, whatever elements they are drawn in. */
export async function pointAt(page: Page, text: string): Promise<Point> {
    const middle = await page.evaluate(`(() => {
        const lines = [...document.querySelectorAll('.editor-instance .view-line')].sort((a, b) => a.getBoundingClientRect().top - b.getBoundingClientRect().top);
        for (const line of lines) {
            const from = line.textContent.replaceAll('\u00a0', ' ').indexOf(${JSON.stringify(text)});
            if (from < 0) continue;
            const walker = document.createTreeWalker(line, NodeFilter.SHOW_TEXT);
            const range = document.createRange();
            for (let start = 0; walker.nextNode(); start += walker.currentNode.data.length) {
                const end = start + walker.currentNode.data.length;
                if (start <= from && from < end) range.setStart(walker.currentNode, from - start);
                if (start < from + ${text.length} && from + ${text.length} <= end) range.setEnd(walker.currentNode, from + ${text.length} - start);
            }
            const { left, top, width, height } = range.getBoundingClientRect();
            return { x: left + width / 2, y: top + height / 2 };
        }
        return null;
    })()`) as Point | null;
    if (middle === null) {
        throw new Error(`"${text}" is not on the screen`);
    }
    await page.mouse.move(middle.x, middle.y - 1);
    await page.mouse.move(middle.x, middle.y);
    return middle;
}
