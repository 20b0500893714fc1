/** The language server as a process: over stdio or the channel that VS Code chooses. */
import { NodeFileSystem } from 'langium/node';
import { createConnection, ProposedFeatures } from 'vscode-languageserver/node';
import { forwardingAllBut } from './forwarded-file-system.js';
import { startServer } from './start-server.js';

const connection = createConnection(ProposedFeatures.all);
startServer(connection, () => forwardingAllBut('file', NodeFileSystem.fileSystemProvider(), connection));
