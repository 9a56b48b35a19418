// viewer-request: while the key "maintenance" of the key value store is "on", a page says so, to all but these addresses.
import cf from 'cloudfront';
const kvs = cf.kvs();
const ALLOWED = ['203.0.113.7'];
const PAGE = '<!doctype html><title>Back soon</title><h1>We are back soon</h1>';

async function handler(event) {
    const on = await kvs.exists('maintenance') && await kvs.get('maintenance') === 'on';
    if (!on || ALLOWED.indexOf(event.viewer.ip) >= 0) return event.request;
    return {
        statusCode: 503,
        statusDescription: 'Service Unavailable',
        headers: {
            'content-type': {value: 'text/html; charset=utf-8'},
            'cache-control': {value: 'no-store'},
            'retry-after': {value: '600'}
        },
        body: {encoding: 'text', data: PAGE}
    };
}
