// What differs between the records of the lab and the prediction, line by line.
import { compare } from '../../../server/src/lab/compare/compare.js';
import { labCases } from './lab-cases.js';
import { observationOf, readLabRecords } from './lab-record.js';

export async function main(kernels: readonly string[]): Promise<number> {
    for (const kernel of kernels) {
        const byName = new Map(readLabRecords(kernel).filter(({ notMade }) => notMade === undefined).map((record) => [`${record.group}/${record.case}`, record]));
        for (const { case: name, group, each } of await labCases(kernel, (case_, in_) => byName.has(`${in_}/${case_}`))) {
            for (const { step, field, predicted, observed } of compare(each.variant.trace!, observationOf(byName.get(`${group}/${name}`)!))) {
                console.log(`${kernel} ${group}/${name} step ${step} ${field}: ${predicted} / ${observed}`.replaceAll('\n', ' | '));
            }
        }
    }
    return 0;
}
