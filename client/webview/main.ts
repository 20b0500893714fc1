/**
 * What draws, in one file for two: the window of the view runs it, and the language server takes from it what it draws for hovers. A second copy
 * would be a tenth of the package.
 */
import { openView } from './scenario-view.js';

export { stepPicture } from '../../server/src/picture/drawing/step-picture.js';

if (typeof document !== 'undefined') {
    openView();
}
