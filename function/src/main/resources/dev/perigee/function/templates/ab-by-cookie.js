// viewer-request: half of the viewers get variant B, and keep what they got. The header x-variant has to be in the cache
// policy; the origin, or a viewer-response function, sets the cookie "variant" to what x-variant says.
const SHARE_OF_B = 0.5;

function handler(event) {
    const request = event.request;
    const cookie = request.cookies.variant;
    let variant = cookie ? cookie.value : '';
    if (variant !== 'a' && variant !== 'b') variant = Math.random() < SHARE_OF_B ? 'b' : 'a';
    request.headers['x-variant'] = {value: variant};
    return request;
}
