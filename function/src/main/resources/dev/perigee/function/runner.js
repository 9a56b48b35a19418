// Runs a function: surface, modules, Buffer and cf.cwt as their scripts make them. Answers open(version, digest, look), which ends what a
// snapshot has begun. look(store, key) is the host's: the value or null; with null for a key, what there is to say of the store. Its
// answer is install(factory, stores, location), stores being ids with spaces between and location what cf.edgeLocation has, as JSON,
// whose answer is run(text): the outcome as JSON text
// after '=' when it follows from the request alone, else after '~'; or '' when it has to be asked for, with '', once promises
// are settled. text is JSON: t the time, q the query as it was sent, e the event, w whether it is of use to know that the outcome
// follows from the request alone.
(function (makeSurface, makeModules, makeBuffer, makeCwt) {
    'use strict';
    var LOGGED_MAX = 10240, KEY_MAX = 512, DATA_MAX = 800;
    var version = 0;
    var surface = makeSurface();
    var digest, look;
    function hashed(algorithm, key, octets) { return digest(algorithm, key, octets); }
    var modules = makeModules(hashed, surface);
    var parse = JSON.parse, stringify = JSON.stringify, then = Promise.prototype.then, toText = String;
    var define = Object.defineProperty;
    var logs, logged, outcome, origin, data, asking, watched = false, rawQuery = null, stores = [];
    var NOWHERE = {}, location = NOWHERE;

    function storeOf(id) {
        if (stores.length === 0) throw new Error('The function is not associated with a key value store');
        if (id === undefined) return stores[0];
        if (stores.indexOf(id) < 0) throw new Error('The function is not associated with this key value store');
        return id;
    }
    function valueOf(store, key) {
        if (typeof key !== 'string') throw new TypeError('The key is not a string');
        surface.touch();
        return key.length > KEY_MAX ? null : look(store, key);
    }
    function about(store) {
        surface.touch();
        var said = look(store, null).split(' ');
        if (said.length !== 3) throw new Error('There is no such key value store');
        return said.map(Number);
    }
    function kvs(id) {
        var store = storeOf(id);
        return {
            get: async function get(key, options) {
                var format = options === undefined || options === null || options.format === undefined ? 'string' : options.format;
                var value = valueOf(store, key);
                if (value === null) throw new Error('KeyNotFound');
                if (format === 'string') return value;
                if (format === 'json') return parse(value);
                if (format === 'bytes') return Buffer.from(value);
                throw new TypeError('The format is neither string nor json nor bytes');
            },
            exists: async function exists(key) { return valueOf(store, key) !== null; },
            count: async function count() { return about(store)[2]; },
            meta: async function meta() {
                var said = about(store);
                return {creationDateTime: new Date(said[0]).toISOString(), lastUpdatedDateTime: new Date(said[1]).toISOString(),
                    keyCount: said[2]};
            }
        };
    }
    var cf = {
        kvs: kvs,
        // The same for all requests of an edge, so that looking at it does not count.
        get edgeLocation() { return asking ? location : NOWHERE; },
        updateRequestOrigin: function updateRequestOrigin(given) {
            choose('updateRequestOrigin', {update: object(given)});
        },
        selectRequestOriginById: function selectRequestOriginById(id, overrides) {
            if (typeof id !== 'string') throw new TypeError('The id of the origin is not a string');
            choose('selectRequestOriginById', {select: id, with: overrides === undefined ? {} : object(overrides)});
        },
        createRequestOriginGroup: function createRequestOriginGroup(given) {
            choose('createRequestOriginGroup', {group: object(given)});
        },
        // For the access log: of several calls the last counts. A run that is not made has nothing to say there.
        logCustomData: function logCustomData(text) {
            if (typeof text !== 'string') throw new TypeError('The data is not a string');
            surface.touch();
            data = text.slice(0, DATA_MAX);
        }
    };
    function object(given) {
        if (typeof given !== 'object' || given === null) throw new TypeError('The argument is not an object');
        return given;
    }
    // Of several calls the last counts.
    function choose(method, choice) {
        if (!asking) throw new Error('cf.' + method + ' works in viewer-request functions only');
        origin = stringify(choice);
    }
    var known = Object.create(null);
    known.crypto = modules.crypto;
    known.querystring = modules.querystring;
    var Buffer = makeBuffer(modules.codec);
    globalThis.Buffer = Buffer;
    known.buffer = Buffer;
    Buffer.Buffer = Buffer;
    cf.cwt = makeCwt(hashed, modules.codec, Buffer);
    known.cloudfront = cf;
    function require(name) {
        if (typeof name !== 'string' || known[name] === undefined) throw new Error('Cannot find module "' + name + '"');
        return known[name];
    }
    function show(value) {
        if (typeof value === 'string') return value;
        if (typeof value === 'object' && value !== null && !(value instanceof Error)) {
            var text = stringify(value);
            if (typeof text === 'string') return text;
        }
        return toText(value);
    }
    var console = {
        log: function log(value) {
            if (logged >= LOGGED_MAX) return;
            var text = arguments.length === 0 ? '' : show(value);
            if (logged + text.length > LOGGED_MAX) text = text.slice(0, LOGGED_MAX - logged);
            logged += text.length + 1;
            logs.push(text);
        }
    };
    // Sums of strings; see the syntax check.
    function c(value) { return typeof value === 'string' ? surface.checked(value) : value; }
    function p(left, right) { return c(left + right); }
    function g(object, key) {
        var name = typeof key === 'symbol' ? key : toText(key);
        return {object: object, name: name, value: object[name]};
    }
    function m(place, right) { return place.object[place.name] = c(place.value + right); }

    function failed(e) {
        var name = 'Error', message = '', stack = '';
        try {
            if (e instanceof Error) {
                name = toText(e.name);
                message = toText(e.message);
                stack = typeof e.stack === 'string' ? e.stack : '';
            } else {
                message = show(e);
                name = '';
            }
        } catch (another) {
            message = 'an error that cannot be shown';
        }
        return '~{"logs":' + stringify(logs) + ',"error":' + stringify({name: name.slice(0, 200),
            message: message.slice(0, 2000), stack: stack.slice(0, 4000)}) + '}';
    }
    function done(result) {
        var text = stringify(result);
        var again = watched && logged === 0 && !surface.touched();
        return (again ? '={' : '~{') + (logged === 0 ? '' : '"logs":' + stringify(logs) + ',')
            + (origin === undefined ? '' : '"origin":' + origin + ',')
            + (data === undefined ? '' : '"data":' + stringify(data) + ',')
            + '"result":' + (text === undefined ? 'null' : text) + '}';
    }
    function settle(made) {
        try { outcome = done(made); } catch (e) { outcome = failed(e); }
    }

    function rawQueryString() { return rawQuery === null ? undefined : rawQuery; }
    var RAW = {value: rawQueryString};
    // What differs from one request to the next of the same octets.
    function watch(object, name) {
        var value = object[name];
        define(object, name, {
            get: function () { surface.touch(); return value; }, set: function (given) { value = given; },
            enumerable: true, configurable: true
        });
    }

    surface.seal([modules.crypto, modules.querystring, require, console, cf, NOWHERE, Buffer, rawQueryString]);

    function install(factory, associated, where) {
        location = Object.freeze(parse(where));
        stores = associated === '' ? [] : Object.freeze(associated.split(' '));
        return function run(text) {
            if (text === '') {
                if (outcome === undefined) outcome = failed(new Error('the promise is never settled'));
                return outcome;
            }
            logs = [];
            logged = 0;
            outcome = undefined;
            origin = undefined;
            data = undefined;
            try {
                var given = parse(text), event = given.e;
                surface.begin(given.t);
                rawQuery = given.q;
                watched = given.w;
                if (watched) {
                    watch(event.viewer, 'ip');
                    watch(event.context, 'requestId');
                }
                asking = event.context !== undefined && event.context.eventType === 'viewer-request';
                if (version === 2 && event.request) define(event.request, 'rawQueryString', RAW);
                var handler = factory(require, console, c, p, g, m);
                if (typeof handler !== 'function') throw new ReferenceError('"handler" is not a function');
                var result = handler(event);
                if (version === 2 && result instanceof Promise) {
                    then.call(result, settle, function (e) { outcome = failed(e); });
                    return '';
                }
                return done(result);
            } catch (e) {
                return failed(e);
            }
        };
    }

    return function open(which, hostDigest, hostLook) {
        version = which;
        digest = hostDigest;
        look = hostLook;
        if (version === 1) {
            delete known.buffer;
            delete known.cloudfront;
        }
        modules.finish(version);
        surface.finish(version);
        return install;
    };
})
