// viewer-request: tells the origin who asks. The header has to be in the origin request policy.
function handler(event) {
    const request = event.request;
    // Whatever the viewer has sent under this name is gone.
    request.headers['true-client-ip'] = {value: event.viewer.ip};
    return request;
}
