// viewer-response: headers that tell browsers to be careful. What the origin has set stays.
const HEADERS = {
    'strict-transport-security': 'max-age=63072000; includeSubDomains',
    'content-security-policy': "default-src 'self'; frame-ancestors 'none'",
    'x-content-type-options': 'nosniff',
    'referrer-policy': 'strict-origin-when-cross-origin',
    'permissions-policy': 'camera=(), microphone=(), geolocation=()'
};

function handler(event) {
    const headers = event.response.headers;
    Object.keys(HEADERS).forEach(name => {
        if (!headers[name]) headers[name] = {value: HEADERS[name]};
    });
    return event.response;
}
