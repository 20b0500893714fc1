// What tests in an editor take on this machine, installed where it lacks: the VS Code, and a browser for it.
import { installVsCodeHost } from './install-host.mts';
import { findBrowser } from './workbench.mts';

console.log(installVsCodeHost().serverMain);
console.log(findBrowser());
