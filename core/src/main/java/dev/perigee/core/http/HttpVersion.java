package dev.perigee.core.http;

/** The protocol versions a viewer can speak. */
public enum HttpVersion {
    HTTP_1_0("1.0"),
    HTTP_1_1("1.1"),
    HTTP_2("2.0"),
    HTTP_3("3.0");

    private final String number;

    HttpVersion(String number) {
        this.number = number;
    }

    /** As in {@code Via} and in logs: {@code 1.1}, {@code 2.0}. */
    public String number() {
        return number;
    }
}
