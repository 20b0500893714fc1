/**
 * The grammar as functions that parse: one for each place in it, made from the tables once. They build the syntax tree
 * that Langium's services expect.
 */
import { ValueConverter, type AstNode, type AstReflection, type Linker } from 'langium';
import { RULES } from '../generated/parser-tables.js';
import { INSERTED, type CallSite, type GrammarSource, type ParseRun, type TokenSite } from './parse-run.js';
import { Decision, NONE, RuleGraph, State } from './prediction.js';
import { TOKEN_TYPES } from './scanner.js';
import { missing, noAlternative } from './syntax-errors.js';
import type { CompositeNode, LeafNode } from './syntax-nodes.js';

/** A node that is being built. */
export type OpenNode = AstNode & Record<string, unknown> & { $container?: AstNode; $containerProperty?: string; $containerIndex?: number };

/** What the rule around a place has built so far: a node, or the text of a name. */
interface Building {
    node: OpenNode | undefined;
    text: string;
}

/** Parses one place of the grammar. False after an error that its rule cannot go on from. */
type Step = (run: ParseRun, building: Building) => boolean;

/** Its first string says what it is: `s`equence, `a`lternatives, `?` `*` `+`, `=` assignment, `&` reference, `k`eyword, `t`erminal, `r`ule. */
type Element = readonly [string, ...(string | Element)[]];

/** Operators by how tightly they bind. */
type Operators = readonly (readonly string[])[];

/**
 * A `node` rule makes a node, a `data` rule a text; a `union` passes on what one of the rules that it calls makes; a
 * `fragment` adds to the node of its caller; an `infix` rule makes a tree of operators.
 */
interface Rule {
    readonly name: string;
    readonly type: string;
    readonly kind: 'node' | 'data' | 'union' | 'fragment' | 'infix';
    readonly body: Element | readonly [operand: string, Operators];
    readonly graph: RuleGraph;
    /** Where its alternatives part, in the order in which its body comes to them. */
    readonly decisions: Decision[];
    step: Step;
}

/** What a place in the grammar is part of. */
interface Around {
    readonly rule: Rule;
    readonly isData: boolean;
    readonly assignment?: Assignment;
    /** The rule or assignment, for Langium's look-ups by property and by rule. */
    readonly source: object;
}

interface Assignment {
    readonly feature: string;
    readonly operator: string;
    readonly isReference: boolean;
}

/** JSON of what each decision of a rule comes to, in the order in which its body comes to them. */
export type Predictions = Readonly<Record<string, readonly string[]>>;

type Table = readonly (readonly [name: string, type: string, kind: Rule['kind'], body: Rule['body']])[];

export class HwpGrammar {
    private readonly rules: ReadonlyMap<string, Rule>;
    private readonly entry: Rule;
    /** Rules that no text has come to. */
    private readonly untouched = new Set<Rule>();
    private readonly predictions: Predictions;
    private readonly linker: Linker;
    private readonly reflection: AstReflection;
    private readonly defaults = new Map<string, readonly (readonly [name: string, isList: boolean])[]>();
    private readonly makers = new Map<string, new () => OpenNode>();

    /** @param predictions what has none is worked out when it is asked for */
    constructor(linker: Linker, reflection: AstReflection, predictions: Predictions) {
        this.predictions = predictions;
        this.linker = linker;
        this.reflection = reflection;
        const rules = (RULES as unknown as Table).map(([name, type, kind, body], index): Rule => {
            const rule: Rule = { name, type, kind, body, graph: new RuleGraph(index === 0), decisions: [], step: (run, building) => this.touched(rule)(run, building) };
            this.untouched.add(rule);
            return rule;
        });
        this.entry = rules[0]!;
        this.rules = new Map(rules.map((rule) => [rule.name, rule]));
    }

    /** Most texts come to a few of the rules. */
    private touched(rule: Rule): Step {
        this.untouched.delete(rule);
        return rule.step = this.compileRule(rule);
    }

    /** All rules: what follows a place is known when all that lead there are. */
    complete(): void {
        this.untouched.forEach((rule) => this.touched(rule));
    }

    /** What the generator tabulates, by rule. */
    allDecisions(): ReadonlyMap<string, readonly Decision[]> {
        this.complete();
        return new Map([...this.rules.values()].filter(({ decisions }) => decisions.length > 0).map(({ name, decisions }) => [name, decisions]));
    }

    /** The document that a run finds. */
    parse(run: ParseRun): OpenNode {
        const node = this.nodeOf(this.entry.type);
        this.entry.step(run, { node, text: '' });
        run.finish();
        return node;
    }

    private decision(alternatives: readonly State[], { name, decisions }: Rule): Decision {
        const decision = new Decision(alternatives, this.predictions[name]?.[decisions.length], () => this.complete());
        decisions.push(decision);
        return decision;
    }

    private compileRule(rule: Rule): Step {
        const { name, kind, body, graph } = rule;
        const source = { $type: 'ParserRule', name, definition: {}, ...(kind === 'data' ? { dataType: 'string' } : {}) };
        if (kind === 'infix') {
            const [operand, operators] = body as readonly [string, Operators];
            return this.infix(rule, this.rules.get(operand)!, operators, source);
        }
        const ending = graph === this.entry.graph ? siteOf('EOF', {}, graph.end) : undefined;
        return this.compile(body as Element, graph.start, graph.end, { rule, isData: kind === 'data', source }, ending);
    }

    /** The function of an element that leads from one state to another; `ending` is the token that a list ends with. */
    private compile([kind, ...parts]: Element, from: State, to: State, around: Around, ending?: TokenSite): Step {
        const first = parts[0]!;
        switch (kind) {
            case 's': return this.sequence(parts as readonly Element[], from, to, around);
            case 'a': return this.choice(parts as readonly Element[], from, to, around);
            case '?': return this.optional(first as Element, from, to, around);
            case '*': return this.repeated(first as Element, from, to, around, ending);
            case '+': return this.atLeastOnce(first as Element, from, to, around);
            case '=': return this.assigned(parts as unknown as readonly [string, string, Element], from, to, around);
            case '&': return this.compile(first as Element, from, to, { ...around, assignment: { ...around.assignment!, isReference: true } });
            case 'k': return this.token(String(first), { $type: 'Keyword', value: first }, from, to, around);
            case 't': return this.token(String(first), callOf(String(first), 'TerminalRule'), from, to, around);
            default: return this.call(this.rules.get(String(first))!, from, to, around);
        }
    }

    private sequence(elements: readonly Element[], from: State, to: State, around: Around): Step {
        const states = [from, ...elements.slice(1).map(() => new State()), to];
        const steps = elements.map((element, index) => {
            const [kind, name] = elements[index + 1] ?? [];
            const ending = kind === 'k' || kind === 't' ? siteOf(String(name), {}, states[index + 2]!) : undefined;
            return this.compile(element, states[index]!, states[index + 1]!, around, ending);
        });
        return (run, building) => {
            for (const step of steps) {
                if (!step(run, building)) {
                    return false;
                }
            }
            return true;
        };
    }

    private choice(elements: readonly Element[], from: State, to: State, around: Around): Step {
        const starts = elements.map(() => from.branch());
        const steps = elements.map((element, index) => this.compile(element, starts[index]!, to, around));
        const decision = this.decision(starts, around.rule);
        return (run, building) => {
            const step = steps[run.predict(decision)];
            if (step === undefined) {
                run.errors.push(noAlternative(run.next, run.previous));
                return false;
            }
            return step(run, building);
        };
    }

    private optional(element: Element, from: State, to: State, around: Around): Step {
        const start = from.branch();
        const step = this.compile(element, start, to, around);
        const decision = this.decision([start, from.branch(to)], around.rule);
        return (run, building) => run.predict(decision) !== 0 || step(run, building);
    }

    private repeated(element: Element, from: State, to: State, around: Around, ending: TokenSite | undefined): Step {
        const loop = from.branch();
        const start = loop.branch();
        const step = this.compile(element, start, loop, around);
        const decision = this.decision([start, loop.branch(to)], around.rule);
        return (run, building) => {
            do {
                while (run.predict(decision) === 0) {
                    if (!step(run, building)) {
                        return false;
                    }
                }
            } while (ending !== undefined && run.skipToItem(decision, ending));
            return true;
        };
    }

    private atLeastOnce(element: Element, from: State, to: State, around: Around): Step {
        const start = from.branch();
        const loop = new State();
        const step = this.compile(element, start, loop, around);
        const first = this.decision([start], around.rule);
        const again = this.decision([loop.branch(start), loop.branch(to)], around.rule);
        return (run, building) => {
            if (run.predict(first) !== 0) {
                run.errors.push(missing(run.next, run.previous));
                return false;
            }
            do {
                if (!step(run, building)) {
                    return false;
                }
            } while (run.predict(again) === 0);
            return true;
        };
    }

    private assigned([feature, operator, element]: readonly [string, string, Element], from: State, to: State, { rule, isData, source }: Around): Step {
        return this.compile(element, from, to, {
            rule, isData, assignment: { feature, operator, isReference: false }, source: { $type: 'Assignment', feature, operator, $container: source },
        });
    }

    private token(name: string, element: object, from: State, to: State, { assignment, isData, source }: Around): Step {
        const site = siteOf(name, { ...element, $container: source }, to);
        from.edges.push({ to, token: site.type.tokenTypeIdx! });
        const valueOf = name === 'STRING' ? ValueConverter.convertString : (image: string): string => image;
        return (run, building) => {
            const leaf = run.take(site);
            if (leaf === undefined || leaf === INSERTED) {
                return leaf === INSERTED;
            }
            const value = valueOf(run.previous!.image);
            if (assignment !== undefined) {
                this.assign(building.node!, assignment, value, leaf);
            } else if (isData) {
                building.text += value;
            }
            return true;
        };
    }

    private call(rule: Rule, from: State, to: State, { assignment, source }: Around): Step {
        const site = linkCall(rule, from, to);
        if (assignment === undefined) {
            return rule.kind === 'fragment' || rule.kind === 'data' ? this.sharedCall(rule, site) : this.passingCall(rule, site);
        }
        const element = { ...callOf(rule.name, 'ParserRule'), $container: source } as unknown as GrammarSource;
        return (run, building) => {
            const inner = this.start(rule);
            const around = run.open(element);
            run.enter(site);
            const succeeded = run.leave(site, rule.step(run, inner));
            const made = rule.kind === 'data' ? inner.text : inner.node;
            const syntax = run.close(around);
            if (syntax !== undefined && made !== undefined) {
                this.assign(building.node!, assignment, made, syntax);
            }
            return succeeded;
        };
    }

    /** The rule adds to what its caller builds. */
    private sharedCall(rule: Rule, site: CallSite): Step {
        return (run, building) => {
            run.enter(site);
            return run.leave(site, rule.step(run, building));
        };
    }

    /** What the rule makes is what its caller makes. */
    private passingCall(rule: Rule, site: CallSite): Step {
        return (run, building) => {
            const inner = this.start(rule);
            run.enter(site);
            const succeeded = run.leave(site, rule.step(run, inner));
            building.node = inner.node;
            return succeeded;
        };
    }

    private infix(rule: Rule, operand: Rule, levels: Operators, source: object): Step {
        const { type, graph: { start, end } } = rule;
        const loop = new State();
        const first = this.operand(operand, start, loop, source);
        const operators = levels.flat();
        const afterOperators = operators.map(() => new State());
        const starts = operators.map(() => loop.branch());
        const steps = operators.map((word, index) => this.token(word, { $type: 'Keyword', value: word }, starts[index]!, afterOperators[index]!, { rule, isData: false, source }));
        const next = operators.map((_word, index) => this.operand(operand, afterOperators[index]!, loop, source));
        const decision = this.decision([...starts, loop.branch(end)], rule);
        return (run, building) => {
            const parts: OpenNode[] = [];
            const between: string[] = [];
            const syntax = run.current;
            let succeeded = first(run, parts);
            for (let chosen = succeeded ? run.predict(decision) : NONE; steps[chosen] !== undefined; chosen = succeeded ? run.predict(decision) : NONE) {
                between.push(operators[chosen]!);
                succeeded = steps[chosen]!(run, building) && next[chosen]!(run, parts);
            }
            building.node = combined(type, parts, between, levels, syntax);
            return succeeded;
        };
    }

    private operand(rule: Rule, from: State, to: State, source: object): (run: ParseRun, parts: OpenNode[]) => boolean {
        const site = linkCall(rule, from, to);
        const element = { ...callOf(rule.name, 'ParserRule'), $container: source } as unknown as GrammarSource;
        return (run, parts) => {
            const inner = this.start(rule);
            const around = run.open(element);
            run.enter(site);
            const succeeded = run.leave(site, rule.step(run, inner));
            const syntax = run.close(around);
            if (syntax !== undefined && inner.node !== undefined) {
                linkSyntax(inner.node, syntax);
                parts.push(inner.node);
            }
            return succeeded;
        };
    }

    private start({ kind, type }: Rule): Building {
        return { node: kind === 'node' ? this.nodeOf(type) : undefined, text: '' };
    }

    /** An empty node: lists are empty, flags are false. What comes to a list gets one of its own. */
    private nodeOf(type: string): OpenNode {
        let defaults = this.defaults.get(type);
        if (defaults === undefined) {
            defaults = Object.values(this.reflection.getTypeMetaData(type).properties).filter(({ defaultValue }) => defaultValue !== undefined)
                .map(({ name, defaultValue }) => [name, Array.isArray(defaultValue)]);
            this.defaults.set(type, defaults);
        }
        const node = new (this.makers.get(type) ?? this.makerOf(type))();
        for (const [name, isList] of defaults) {
            node[name] = isList ? NO_ITEMS : false;
        }
        return node;
    }

    /**
     * Makes plain objects, by a function for each type: V8 learns how many properties its objects come to have, and gives them room for these
     * inside. What grows from `{}` has them in a second object.
     */
    private makerOf($type: string): new () => OpenNode {
        function Node(this: OpenNode): void {
            (this as { $type: string }).$type = $type;
        }
        Node.prototype = Object.prototype;
        this.makers.set($type, Node as unknown as new () => OpenNode);
        return Node as unknown as new () => OpenNode;
    }

    private assign(node: OpenNode, { feature, operator, isReference }: Assignment, value: OpenNode | string, syntax: LeafNode | CompositeNode): void {
        let item: unknown = value;
        if (typeof value === 'object') {
            linkSyntax(value, syntax as CompositeNode);
            this.close(value);
            contain(node, value, feature, operator === '+=' ? (node[feature] as unknown[]).length : undefined);
        } else if (isReference) {
            item = this.linker.buildReference(node, feature, syntax, value);
        }
        if (operator !== '+=') {
            node[feature] = operator === '?=' ? true : item;
        } else if ((node[feature] as unknown[]).length === 0) {
            node[feature] = [item];
        } else {
            (node[feature] as unknown[]).push(item);
        }
    }

    /** Nothing comes to the node any more: the room that its lists have is what they hold. */
    private close(node: OpenNode): void {
        for (const [name, isList] of this.defaults.get(node.$type) ?? []) {
            if (isList && (node[name] as unknown[]).length > 1) node[name] = (node[name] as unknown[]).slice();
        }
    }
}

/** Most lists of a tree are empty: one is enough for all of them. */
const NO_ITEMS: readonly unknown[] = [];

function siteOf(name: string, source: object, after: State): TokenSite {
    return { type: TOKEN_TYPES[name]!, source: source as GrammarSource, after };
}

function callOf(name: string, $type: string): object {
    return { $type: 'RuleCall', rule: { $refText: name, ref: { $type, name } }, arguments: [] };
}

function linkCall(rule: Rule, from: State, to: State): CallSite {
    from.edges.push({ to, rule: rule.graph });
    rule.graph.followers.push(to);
    return { after: to };
}

function linkSyntax(node: OpenNode, syntax: CompositeNode): void {
    (node as { $cstNode?: CompositeNode }).$cstNode = syntax;
    syntax.astNode = node;
}

function contain($container: OpenNode, node: OpenNode, $containerProperty: string, $containerIndex?: number): void {
    Object.assign(node, { $container, $containerProperty, ...($containerIndex === undefined ? {} : { $containerIndex }) });
}

/** Joins operands from the operators that bind tightest to those that bind loosest, from left to right. */
function combined(type: string, parts: readonly OpenNode[], operators: readonly string[], levels: Operators, syntax: CompositeNode): OpenNode | undefined {
    let operands = [...parts];
    let between = operators.slice(0, Math.max(parts.length - 1, 0));
    for (const level of levels) {
        const joined = operands.slice(0, 1);
        const left: string[] = [];
        between.forEach((operator, index) => {
            const right = operands[index + 1]!;
            if (level.includes(operator)) {
                joined.push(join(type, joined.pop()!, operator, right, syntax));
            } else {
                left.push(operator);
                joined.push(right);
            }
        });
        operands = joined;
        between = left;
    }
    return operands[0];
}

function join($type: string, left: OpenNode, operator: string, right: OpenNode, $cstNode: CompositeNode): OpenNode {
    const node = { $type, $cstNode, left, operator, right } as unknown as OpenNode;
    contain(node, left, 'left');
    contain(node, right, 'right');
    return node;
}
