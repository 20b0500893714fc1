// Circles of imports, type imports counted: files of a circle can only be read, moved and tested together.

/** The files that each file imports, by path. */
export type ImportGraph = ReadonlyMap<string, readonly string[]>;

/** The circles of a graph: each a set of files that reach one another, in the order of their paths. Follows Tarjan's algorithm for strongly connected components. */
export function circlesIn(graph: ImportGraph): string[][] {
    const order = new Map<string, number>();
    const lowest = new Map<string, number>();
    const open: string[] = [];
    const circles: string[][] = [];
    const visit = (file: string): void => {
        order.set(file, order.size);
        lowest.set(file, order.get(file)!);
        open.push(file);
        for (const next of graph.get(file) ?? []) {
            if (!order.has(next)) {
                visit(next);
                lowest.set(file, Math.min(lowest.get(file)!, lowest.get(next)!));
            } else if (open.includes(next)) {
                lowest.set(file, Math.min(lowest.get(file)!, order.get(next)!));
            }
        }
        if (lowest.get(file) === order.get(file)) {
            const circle = open.splice(open.indexOf(file));
            if (circle.length > 1 || graph.get(file)?.includes(file) === true) {
                circles.push(circle.sort());
            }
        }
    };
    for (const file of graph.keys()) {
        if (!order.has(file)) {
            visit(file);
        }
    }
    return circles.sort();
}
