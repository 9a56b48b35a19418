// viewer-request: only requests with a valid token pass: "Authorization: Bearer" with a JWT, signed with HS256 by the secret
// under the key "jwt.secret" of the key value store, and neither expired nor before its time.
import cf from 'cloudfront';
const crypto = require('crypto');
const kvs = cf.kvs();

function same(a, b) {
    if (a.length !== b.length) return false;
    let difference = 0;
    for (let i = 0; i < a.length; i++) difference |= a.charCodeAt(i) ^ b.charCodeAt(i);
    return difference === 0;
}

function isValid(token, secret) {
    const parts = token.split('.');
    if (parts.length !== 3) return false;
    const signature = crypto.createHmac('sha256', secret).update(parts[0] + '.' + parts[1]).digest('base64url');
    if (!same(signature, parts[2])) return false;
    const now = Date.now() / 1000;
    try {
        const header = JSON.parse(Buffer.from(parts[0], 'base64url').toString());
        const claims = JSON.parse(Buffer.from(parts[1], 'base64url').toString());
        return header.alg === 'HS256' && typeof claims.exp === 'number' && claims.exp > now
            && (claims.nbf === undefined || claims.nbf <= now);
    } catch (e) {
        return false;
    }
}

async function handler(event) {
    const request = event.request;
    const given = request.headers.authorization;
    const match = given ? /^Bearer +([A-Za-z0-9_.-]+)$/i.exec(given.value) : null;
    if (match !== null && isValid(match[1], await kvs.get('jwt.secret'))) return request;
    return {
        statusCode: 401,
        statusDescription: 'Unauthorized',
        headers: {'www-authenticate': {value: 'Bearer'}, 'cache-control': {value: 'no-store'}}
    };
}
