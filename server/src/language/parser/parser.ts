import { createCompletionParser, createLangiumParser, type LangiumCompletionParser, type LangiumCoreServices, type LangiumParser } from 'langium';

/** The parser of Langium, quick to say what is wrong. */
export function createParser(services: LangiumCoreServices): LangiumParser {
    return quickToFail(createLangiumParser(services));
}

/** The parser that completion walks the grammar with, quick to pass over what is wrong. */
export function createParserForCompletion(services: LangiumCoreServices): LangiumCompletionParser {
    return quickToFail(createCompletionParser(services));
}

/**
 * Where no alternative fits, Chevrotain enumerates every sequence of three tokens that would have,
 * for a message that we do not show: tens of milliseconds for each broken line. One token is
 * enough. (Predictions do not look at this number: they are made when the parser is built.)
 */
function quickToFail<Parser>(parser: Parser): Parser {
    const { wrapper } = parser as { wrapper?: { maxLookahead?: number } };
    if (typeof wrapper?.maxLookahead === 'number') {
        wrapper.maxLookahead = 1;
    }
    return parser;
}
