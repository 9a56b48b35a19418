// Reads the source of a function with acorn, refuses what its runtime does not have, and makes of it the factory that is
// run for every call. acorn: the parser's exports. Answers the function check(source, version, name), whose answer is a
// string: '=' and the factory's source, or '!' and what is wrong.
(function (acorn) {
    'use strict';
    var COMMON = 'Program ExpressionStatement BlockStatement EmptyStatement ReturnStatement LabeledStatement '
        + 'BreakStatement ContinueStatement IfStatement SwitchStatement SwitchCase ThrowStatement TryStatement CatchClause '
        + 'WhileStatement DoWhileStatement ForStatement ForInStatement FunctionDeclaration VariableDeclaration '
        + 'VariableDeclarator ThisExpression ArrayExpression ObjectExpression Property FunctionExpression UnaryExpression '
        + 'UpdateExpression BinaryExpression AssignmentExpression LogicalExpression MemberExpression ConditionalExpression '
        + 'CallExpression NewExpression SequenceExpression ArrowFunctionExpression TemplateLiteral TemplateElement '
        + 'RestElement Identifier Literal';
    var ALLOWED = [null, set(COMMON), set(COMMON + ' AwaitExpression ChainExpression ImportDeclaration ImportDefaultSpecifier')];
    var MODULES = set('cloudfront crypto querystring buffer');
    var NAMES = {
        ClassDeclaration: 'class', ClassExpression: 'class', ForOfStatement: 'for-of', SpreadElement: 'spread syntax',
        ObjectPattern: 'destructuring', ArrayPattern: 'destructuring', AssignmentPattern: 'default values of parameters',
        TaggedTemplateExpression: 'tagged templates', YieldExpression: 'generators', DebuggerStatement: 'debugger',
        MetaProperty: 'new.target', Super: 'super', ImportExpression: 'import()', ImportDeclaration: 'import',
        AwaitExpression: 'await', ChainExpression: 'optional chaining', ExportNamedDeclaration: 'export',
        ExportDefaultDeclaration: 'export', ExportAllDeclaration: 'export', ImportSpecifier: 'named imports',
        ImportNamespaceSpecifier: 'namespace imports'
    };

    function set(words) {
        var found = Object.create(null);
        words.split(' ').forEach(function (word) { found[word] = true; });
        return found;
    }

    function refuse(node, what) {
        var error = new SyntaxError(what + ' is not supported by this runtime in ' + node.loc.start.line + ':'
            + (node.loc.start.column + 1));
        error.told = true;
        throw error;
    }

    function judge(node, version) {
        if (!ALLOWED[version][node.type]) refuse(node, NAMES[node.type] || node.type);
        switch (node.type) {
            case 'VariableDeclaration':
                if (version === 1 && node.kind !== 'var') refuse(node, node.kind);
                break;
            case 'FunctionDeclaration': case 'FunctionExpression': case 'ArrowFunctionExpression':
                if (node.generator) refuse(node, 'a generator');
                if (node.async && version === 1) refuse(node, 'async');
                break;
            case 'CatchClause':
                if (node.param === null) refuse(node, 'catch without a parameter');
                break;
            case 'LogicalExpression':
                if (node.operator === '??' && version === 1) refuse(node, '??');
                break;
            case 'AssignmentExpression':
                if (/^(&&|\|\||\?\?)=$/.test(node.operator)) refuse(node, node.operator);
                break;
            case 'Literal':
                if (node.bigint !== undefined) refuse(node, 'BigInt');
                if (typeof node.value === 'number' && (/^0[bo]/i.test(node.raw) || (version === 1 && /_/.test(node.raw))))
                    refuse(node, node.raw);
                break;
            case 'ImportDeclaration':
                if (node.specifiers.length !== 1) refuse(node, 'import other than of a default');
                if (!MODULES[node.source.value]) refuse(node, "import from '" + node.source.value + "'");
                break;
        }
    }

    // Texts to put into the source, at places in it.
    function Edits() { this.list = []; }
    Edits.prototype.at = function (from, to, text) { this.list.push({from: from, to: to, text: text, order: this.list.length}); };
    Edits.prototype.applied = function (source) {
        this.list.sort(function (a, b) { return a.from - b.from || a.order - b.order; });
        var made = '', done = 0;
        this.list.forEach(function (edit) {
            made += source.slice(done, edit.from) + edit.text;
            done = edit.to;
        });
        return made + source.slice(done);
    };

    // Strings may only grow under control: sums go through functions that look at their lengths.
    function instrument(node, source, tokens, own, edits) {
        if (node.type === 'BinaryExpression' && node.operator === '+') {
            edits.at(node.start, node.start, own + 'c(');
            edits.at(node.end, node.end, ')');
        } else if (node.type === 'TemplateLiteral' && node.expressions.length > 0) {
            edits.at(node.start, node.start, own + 'c(');
            edits.at(node.end, node.end, ')');
        } else if (node.type === 'AssignmentExpression' && node.operator === '+=') {
            var left = node.left;
            if (left.start !== node.start) refuse(node, 'a parenthesised target of +=');
            var plus = token(tokens, left.end, '+=');
            if (left.type === 'Identifier') {
                edits.at(plus.start, plus.end, '= ' + own + 'p(' + left.name + ',');
            } else {
                edits.at(left.start, left.start, own + 'm(' + own + 'g(');
                member(left, tokens, edits);
                edits.at(plus.start, plus.end, ',');
            }
            edits.at(node.end, node.end, ')');
        } else if (node.type === 'ImportDeclaration') {
            edits.at(node.start, node.end, 'const ' + node.specifiers[0].local.name + ' = require('
                + JSON.stringify(node.source.value) + ');');
        }
    }

    function member(left, tokens, edits) {
        if (left.computed) {
            var open = token(tokens, left.object.end, '[');
            edits.at(open.start, open.end, ',(');
            edits.at(left.end - 1, left.end, '))');
        } else {
            var dot = token(tokens, left.object.end, '.');
            edits.at(dot.start, left.property.end, ',' + JSON.stringify(left.property.name) + ')');
        }
    }

    // The first token of this form at or after a place.
    function token(tokens, from, text) {
        var low = 0, high = tokens.length;
        while (low < high) {
            var middle = (low + high) >> 1;
            if (tokens[middle].start < from) low = middle + 1; else high = middle;
        }
        while (low < tokens.length && tokens[low].text !== text) low++;
        return tokens[low];
    }

    function walk(node, visit) {
        visit(node);
        Object.keys(node).forEach(function (key) {
            var child = node[key];
            if (Array.isArray(child)) {
                child.forEach(function (each) { if (each && typeof each.type === 'string') walk(each, visit); });
            } else if (child && typeof child.type === 'string' && key !== 'loc') {
                walk(child, visit);
            }
        });
    }

    // A script, as which the factory is compiled, has comments that modules do not have.
    function refuseHtmlComments(source, tokens) {
        tokens.forEach(function (each) {
            if (source.startsWith('<!--', each.start) && each.text[0] === '<') refuse(each, '<!--');
            if (each.text === '--' && source[each.end] === '>') refuse(each, '-->');
        });
    }

    return function check(source, version) {
        try {
            var tokens = [];
            var tree = acorn.parse(source, {
                ecmaVersion: 2021, sourceType: 'module', locations: true,
                onToken: function (t) {
                    tokens.push({start: t.start, end: t.end, loc: t.loc, text: source.slice(t.start, t.end)});
                }
            });
            refuseHtmlComments(source, tokens);
            var names = Object.create(null);
            walk(tree, function (node) {
                judge(node, version);
                if (node.type === 'Identifier') names[node.name] = true;
            });
            var own = '$p';
            while (names[own + 'c'] || names[own + 'p'] || names[own + 'g'] || names[own + 'm']) own += '$';
            var edits = new Edits();
            walk(tree, function (node) { instrument(node, source, tokens, own, edits); });
            return '=(function(require,console,' + own + 'c,' + own + 'p,' + own + 'g,' + own + 'm){"use strict";'
                + edits.applied(source) + '\n;return typeof handler==="undefined"?undefined:handler;})';
        } catch (e) {
            var text = String(e.message).replace(/ \((\d+):(\d+)\)$/, function (all, line, column) {
                return ' in ' + line + ':' + (Number(column) + 1);
            });
            return '!' + (e instanceof SyntaxError ? 'SyntaxError: ' + text : 'SyntaxError: too deeply nested');
        }
    };
})
