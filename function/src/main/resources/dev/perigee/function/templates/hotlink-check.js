// viewer-request: only pages of these sites may embed what is served here. Requests without a Referer pass: typed addresses,
// and browsers that keep it to themselves.
const SITES = ['example.com', 'www.example.com'];

function handler(event) {
    const request = event.request;
    const referer = request.headers.referer;
    if (!referer || referer.value === '') return request;
    const match = /^https?:\/\/([^/:?#]+)(?:[:/?#]|$)/i.exec(referer.value);
    const host = match === null ? '' : match[1].toLowerCase();
    const own = request.headers.host && host === request.headers.host.value.split(':')[0];
    if (own || SITES.indexOf(host) >= 0) return request;
    return {statusCode: 403, statusDescription: 'Forbidden', headers: {'cache-control': {value: 'no-store'}}};
}
