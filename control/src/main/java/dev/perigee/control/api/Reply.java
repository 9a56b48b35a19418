package dev.perigee.control.api;

import dev.perigee.core.http.Fields;
import java.nio.charset.StandardCharsets;

/** One HTTP response, whole. */
@SuppressWarnings("ArrayRecordComponent") // the body is handed on, never compared
record Reply(int status, Fields headers, byte[] body) {
    static final String XML = "text/xml";

    static Reply xml(int status, String document) {
        return new Reply(status, Fields.of("Content-Type", XML), document.getBytes(StandardCharsets.UTF_8));
    }

    /** The error envelope that CloudFront and STS share. */
    static Reply error(Refused refused, String namespace, String requestId) {
        return error(refused, refused.code(), namespace, requestId);
    }

    /** The same with a code that this protocol has another name for. */
    static Reply error(Refused refused, String code, String namespace, String requestId) {
        XmlText xml = new XmlText();
        xml.open("ErrorResponse", namespace).open("Error");
        xml.element("Type", refused.status() < 500 ? "Sender" : "Receiver");
        xml.element("Code", code).element("Message", refused.text());
        xml.close("Error").element("RequestId", requestId).close("ErrorResponse");
        return xml(refused.status(), xml.toString());
    }
}
