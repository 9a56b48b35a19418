package dev.perigee.control.api;

import dev.perigee.control.access.Caller;
import dev.perigee.control.access.Role;
import java.nio.charset.StandardCharsets;
import java.util.Map;

/** The one operation of the Security Token Service that tools call to see who they are. */
final class Sts {
    static final String NAMESPACE = "https://sts.amazonaws.com/doc/2011-06-15/";

    private final String accountId;

    Sts(String accountId) {
        this.accountId = accountId;
    }

    Reply handle(Call call, Caller caller, Attempt attempt) throws Refused {
        Map<String, String> parameters = call.method().equals("POST")
                ? Call.parameters(new String(call.body(), StandardCharsets.UTF_8))
                : call.parameters();
        String action = parameters.getOrDefault("Action", "");
        if (!action.equals("GetCallerIdentity")) {
            throw new Refused("InvalidAction", "Of STS only GetCallerIdentity is built, not '" + action + "'.");
        }
        attempt.asks(action);
        Permissions.check(caller, "sts", action, Permissions.Parameters.NONE);
        // A key without limits is the account itself, others are users of it.
        boolean whole = caller.role() == Role.ADMIN && caller.distribution() == null;
        String user = whole ? accountId : caller.accessKeyId();
        XmlText xml = new XmlText();
        xml.open("GetCallerIdentityResponse", NAMESPACE).open("GetCallerIdentityResult");
        xml.element("Arn", "arn:aws:iam::" + accountId + (whole ? ":root" : ":user/" + user));
        xml.element("UserId", user).element("Account", accountId);
        xml.close("GetCallerIdentityResult").open("ResponseMetadata").element("RequestId", attempt.requestId());
        xml.close("ResponseMetadata").close("GetCallerIdentityResponse");
        return Reply.xml(200, xml.toString());
    }
}
