package dev.perigee.core.plan;

/** HttpVersion of a distribution: what its viewers are offered besides HTTP/1.1, which all of them may speak. */
public enum OfferedVersions {
    HTTP_1_1,
    HTTP_2,
    HTTP_3,
    HTTP_2_AND_3;

    public boolean http2() {
        return this == HTTP_2 || this == HTTP_2_AND_3;
    }

    public boolean http3() {
        return this == HTTP_3 || this == HTTP_2_AND_3;
    }
}
