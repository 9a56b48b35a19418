// viewer-request: old addresses lead to new ones. The list is a key value store that the function is associated with:
// its keys are paths, its values where they lead.
import cf from 'cloudfront';
const kvs = cf.kvs();

async function handler(event) {
    const request = event.request;
    if (!await kvs.exists(request.uri)) return request;
    return {
        statusCode: 301,
        statusDescription: 'Moved Permanently',
        headers: {location: {value: await kvs.get(request.uri)}}
    };
}
