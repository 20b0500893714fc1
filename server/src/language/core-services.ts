/**
 * Langium's services for a language, those that this one uses, each named. Its defaults would bring its parser, which is
 * made from the grammar at every start, and much else that nobody asks for.
 */
import {
    CstUtils, DefaultAstNodeDescriptionProvider, DefaultAstNodeLocator, DefaultCommentProvider, DefaultNameProvider, DefaultReferences, ValidationRegistry,
    type Grammar, type LangiumCoreServices, type LangiumParser, type LangiumSharedCoreServices, type LanguageMetaData, type Module, type PartialLangiumCoreServices,
} from 'langium';
import { HwpParser } from './parser/parser.js';
import { MachineReferences } from './references/machine-references.js';
import { HwpLinker, HwpScopeComputation, HwpScopeProvider } from './references/scope.js';
import { HwpDocumentValidator } from './validation/document-validator.js';

const META_DATA: LanguageMetaData = { languageId: 'hwp', fileExtensions: ['.hwp'], caseInsensitive: false, mode: 'production' };

/** There is no syntax tree of the grammar at run time: the parser has tables. */
const NO_GRAMMAR = { $type: 'Grammar', isDeclared: false, imports: [], interfaces: [], rules: [], types: [] } as unknown as Grammar;

export function coreServices(shared: LangiumSharedCoreServices): Module<LangiumCoreServices, PartialLangiumCoreServices> {
    return {
        Grammar: () => NO_GRAMMAR,
        LanguageMetaData: () => META_DATA,
        documentation: {
            CommentProvider: (services) => new DefaultCommentProvider(services),
            DocumentationProvider: ({ documentation }) => ({ getDocumentation: (node) => textOfComment(documentation.CommentProvider.getComment(node)) }),
        },
        parser: {
            AsyncParser: ({ parser }) => ({ parse: (text) => Promise.resolve(parser.LangiumParser.parse(text)) }),
            GrammarConfig: () => ({ multilineCommentRules: ['ML_COMMENT'], nameRegexp: CstUtils.DefaultNameRegexp }),
            LangiumParser: ({ references }) => new HwpParser(references.Linker, shared.AstReflection) as unknown as LangiumParser,
        },
        references: {
            Linker: (services) => new HwpLinker(services),
            NameProvider: () => new DefaultNameProvider(),
            References: (services) => new DefaultReferences(services),
            ScopeComputation: (services) => new HwpScopeComputation(services),
            ScopeProvider: (services) => new HwpScopeProvider(services),
        },
        validation: {
            DocumentValidator: (services) => new HwpDocumentValidator(services),
            ValidationRegistry: (services) => new ValidationRegistry(services),
        },
        workspace: {
            AstNodeDescriptionProvider: (services) => new DefaultAstNodeDescriptionProvider(services),
            AstNodeLocator: () => new DefaultAstNodeLocator(),
            ReferenceDescriptionProvider: (services) => new MachineReferences(services),
        },
        shared: () => shared,
    };
}

/** What a block comment says, without its frame. */
function textOfComment(comment: string | undefined): string | undefined {
    return comment?.replace(/^\/\*+\s*/, '').replace(/\s*\*+\/$/, '').replaceAll(/^[ \t]*\*[ \t]?/gm, '');
}
