package dev.perigee.control.api;

import java.nio.charset.StandardCharsets;
import java.util.Map;

/** The one operation of the Security Token Service that tools call to see who they are. */
final class Sts {
    static final String NAMESPACE = "https://sts.amazonaws.com/doc/2011-06-15/";

    private final String accountId;

    Sts(String accountId) {
        this.accountId = accountId;
    }

    Reply handle(Call call, String requestId) throws Refused {
        Map<String, String> parameters = call.method().equals("POST")
                ? Call.parameters(new String(call.body(), StandardCharsets.UTF_8))
                : call.parameters();
        String action = parameters.getOrDefault("Action", "");
        if (!action.equals("GetCallerIdentity")) {
            throw new Refused("InvalidAction", "Of STS only GetCallerIdentity is built, not '" + action + "'.");
        }
        XmlText xml = new XmlText();
        xml.open("GetCallerIdentityResponse", NAMESPACE).open("GetCallerIdentityResult");
        xml.element("Arn", "arn:aws:iam::" + accountId + ":root");
        xml.element("UserId", accountId).element("Account", accountId);
        xml.close("GetCallerIdentityResult").open("ResponseMetadata").element("RequestId", requestId);
        xml.close("ResponseMetadata").close("GetCallerIdentityResponse");
        return Reply.xml(200, xml.toString());
    }
}
