// viewer-request: pictures are asked for in the best format that the browser takes, by the parameter "format", which has to
// be in the cache policy and is for the origin to honour.
function handler(event) {
    const request = event.request;
    if (!/\.(jpe?g|png)$/i.test(request.uri)) return request;
    const accept = request.headers.accept;
    const all = !accept ? '' : accept.multiValue ? accept.multiValue.map(each => each.value).join() : accept.value;
    const format = /image\/avif/i.test(all) ? 'avif' : /image\/webp/i.test(all) ? 'webp' : '';
    // What the viewer has put there does not count.
    delete request.querystring.format;
    if (format !== '') request.querystring.format = {value: format};
    return request;
}
