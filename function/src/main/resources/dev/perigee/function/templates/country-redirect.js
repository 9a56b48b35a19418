// viewer-request: the start page leads to that of the viewer's country. The header CloudFront-Viewer-Country has to be in the
// cache policy or the origin request policy, so that the function sees it.
const PAGES = {DE: '/de/', AT: '/de/', CH: '/de/', FR: '/fr/'};

function handler(event) {
    const request = event.request;
    const country = request.headers['cloudfront-viewer-country'];
    if (request.uri !== '/' || !country || !Object.prototype.hasOwnProperty.call(PAGES, country.value)) return request;
    return {
        statusCode: 302,
        statusDescription: 'Found',
        headers: {location: {value: PAGES[country.value]}, 'cache-control': {value: 'no-store'}}
    };
}
