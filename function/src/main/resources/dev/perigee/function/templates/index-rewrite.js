// viewer-request: a folder shows its index.html, with or without the slash at its end.
function handler(event) {
    const request = event.request;
    const last = request.uri.slice(request.uri.lastIndexOf('/') + 1);
    if (last === '') request.uri += 'index.html';
    else if (last.indexOf('.') < 0) request.uri += '/index.html';
    return request;
}
