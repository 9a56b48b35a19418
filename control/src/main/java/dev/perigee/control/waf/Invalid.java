package dev.perigee.control.waf;

import dev.perigee.control.api.Refused;
import java.util.LinkedHashMap;
import java.util.Map;

/** AWS WAF's refusal of a value: which kind of thing it is in, which member it is, and why. */
public final class Invalid {
    private static final int SHOWN_MAX = 200;

    private Invalid() {}

    /**
     * A refusal.
     *
     * @param field one of the API's ParameterExceptionField
     * @param parameter the member or its value
     */
    public static Refused parameter(String field, String parameter, String reason) {
        String shown = parameter.length() > SHOWN_MAX ? parameter.substring(0, SHOWN_MAX) : parameter;
        Map<String, String> details = new LinkedHashMap<>();
        details.put("Field", field);
        details.put("Parameter", shown);
        details.put("Reason", reason);
        return new Refused(
                "WAFInvalidParameterException",
                "Error reason: " + reason + ", field: " + field + ", parameter: " + shown,
                details);
    }

    public static void unless(boolean holds, String field, String parameter, String reason) throws Refused {
        if (!holds) throw parameter(field, parameter, reason);
    }
}
