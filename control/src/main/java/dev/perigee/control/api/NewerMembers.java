package dev.perigee.control.api;

import java.util.Set;

/** What the API has and the SDK's model lacks: values that are passed on as text, and switches that can only be off. */
final class NewerMembers {
    private static final String OCSP = "UseClientCertificateOCSPEndpoint";

    private NewerMembers() {}

    /** Values of an enum that the model does not list. */
    static Set<String> values(String shape, String member) {
        return shape.equals("ViewerMtlsConfig") && member.equals("Mode") ? Set.of("passthrough") : Set.of();
    }

    /** Whether this element is such a switch. */
    static boolean isSwitch(String path, String name) {
        return path.equals("CreateTrustStoreRequest") && name.equals(OCSP);
    }

    /** The switches among an operation's headers. */
    static void checkHeaders(Operation operation, Call call) throws Refused {
        if (!operation.requestHeaders().contains(OCSP)) return;
        String value = call.headers().first(OCSP);
        if (value != null) requireOff(OCSP, value);
    }

    static void requireOff(String path, String value) throws Refused {
        Refused.unless(
                value.strip().equals("false"),
                "InvalidArgument",
                path + " is '" + value.strip() + "', but edges do not carry it out, so only false is taken.");
    }
}
