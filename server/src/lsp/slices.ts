import { interruptAndCheck } from 'langium';
import type { CancellationToken } from 'vscode-languageserver';

/** Does work that is cut into slices, and lets others go on between two. @throws OperationCancelled between two slices, when it is cancelled */
export async function inSlices<Result>(slices: Generator<void, Result>, token: CancellationToken): Promise<Result> {
    for (;;) {
        const { done, value } = slices.next();
        if (done === true) {
            return value;
        }
        await interruptAndCheck(token);
    }
}
