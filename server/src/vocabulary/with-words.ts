/**
 * Rows of a table whose words stand apart, in `words/`: a file of its own beside the bundles on Node and in workers, which is read when somebody
 * looks at the first of them. The model runs without them.
 */
export function withWords<Id extends string, Row extends object>(rows: Readonly<Record<Id, Row>>, words: () => Readonly<Record<Id, string>>): Readonly<Record<Id, Row & { readonly doc: string }>> {
    return withFields(rows, ['doc'], (id) => ({ doc: words()[id] }));
}

/** The same where a row has several of them, by their names. */
export function withFields<Id extends string, Row extends object, Field extends string>(
    rows: Readonly<Record<Id, Row>>, fields: readonly Field[], read: (id: Id) => Readonly<Record<Field, string>>,
): Readonly<Record<Id, Row & Readonly<Record<Field, string>>>> {
    for (const [id, row] of Object.entries(rows) as [Id, Row][]) {
        fields.forEach((field) => lateField(row, field, () => read(id)[field]));
    }
    return rows as Readonly<Record<Id, Row & Readonly<Record<Field, string>>>>;
}

/** Gives an object words that are read when somebody looks at them. */
export function lateField(row: object, field: string, read: () => string): void {
    Object.defineProperty(row, field, { enumerable: true, get: read });
}
