package dev.perigee.app.local;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.perigee.app.folder.SystemFolder;
import dev.perigee.core.http.Field;
import dev.perigee.testkit.ManualClock;
import dev.perigee.testkit.Replies;
import dev.perigee.testkit.ScriptedOrigin;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** WAFv2's API, and what edges do by it. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@Timeout(60)
class WebAclTest {
    private static final String SCOPE = "'Scope':'CLOUDFRONT'";
    private static final String NO_TRANSFORMATION = "'TextTransformations':[{'Priority':0,'Type':'NONE'}]";

    private final LocalSystem.Started started;
    private final SignedClient client;
    private final ScriptedOrigin origin = ScriptedOrigin.start(new ManualClock());
    private String id = "";
    private String host = "";

    WebAclTest(@TempDir Path temporary) throws StartFailure {
        started = LocalSystem.start(SystemFolder.at(temporary), LocalOptions.on(PortChoice.AUTO), "test");
        client = new SignedClient(started.runFile().api());
    }

    @BeforeAll
    void aDistribution() throws Exception {
        origin.on("GET", "/*").reply(200, Replies.body("photo"), Replies.maxAge(600));
        var made = client.deployed(SignedClient.oneOrigin("waf", origin.port()));
        id = made.element("Id");
        host = made.element("DomainName");
    }

    @AfterAll
    void stop() {
        client.close();
        started.system().close();
        origin.close();
    }

    private static String visible(String metric) {
        return "'VisibilityConfig':{'SampledRequestsEnabled':true,'CloudWatchMetricsEnabled':true,'MetricName':'"
                + metric + "'}";
    }

    private SignedClient.Answer waf(String operation, String single) throws Exception {
        return client.waf(operation, single.replace('\'', '"'));
    }

    private static String rule(String name, int priority, String statement, String action) {
        return "{'Name':'%s','Priority':%d,'Statement':%s,'Action':{'%s':{}},%s}"
                .formatted(name, priority, statement, action, visible(name));
    }

    private String acl(String name, String... rules) {
        return "{'Name':'%s',%s,'DefaultAction':{'Allow':{}},'Rules':[%s],%s}"
                .formatted(name, SCOPE, String.join(",", rules), visible(name));
    }

    private void use(String arn) throws Exception {
        String operation = arn.isEmpty() ? "disassociate-web-acl" : "associate-web-acl";
        String body = arn.isEmpty() ? "" : """
                <AssociateDistributionWebACLRequest xmlns="http://cloudfront.amazonaws.com/doc/2020-05-31/">\
                <WebACLArn>%s</WebACLArn></AssociateDistributionWebACLRequest>""".formatted(arn);
        client.cloudfront("PUT", "/distribution/" + id + "/" + operation, body).expect(200);
        client.awaitDeployed(id);
    }

    private List<Integer> statuses(String from, int count, String path, String... fields) throws Exception {
        String edge = started.runFile().pops().getFirst().http();
        return Statuses.of(edge, host, from, count, path, String.join("", fields));
    }

    @Test
    void aChangedIpSetIsInForceAtEveryEdgeWithOnePlan() throws Exception {
        var set = waf(
                        "CreateIPSet",
                        "{'Name':'set',%s,'IPAddressVersion':'IPV4','Addresses':['192.0.2.0/24']}".formatted(SCOPE))
                .expect(200);
        String reference = "{'IPSetReferenceStatement':{'ARN':'%s'}}".formatted(set.member("ARN"));
        var made = waf("CreateWebACL", acl("byset", rule("set", 0, reference, "Block")))
                .expect(200);
        use(made.member("ARN"));
        assertEquals(List.of(200), statuses("127.0.0.9", 1, "/a"));
        String token = waf(
                        "UpdateIPSet",
                        "{'Name':'set',%s,'Id':'%s','LockToken':'%s','Addresses':['127.0.0.9/32']}"
                                .formatted(SCOPE, set.member("Id"), set.member("LockToken")))
                .expect(200)
                .member("NextLockToken");
        client.awaitDeployed(id);
        assertEquals(List.of(403), statuses("127.0.0.9", 1, "/a"));
        assertEquals(List.of(200), statuses("127.0.0.8", 1, "/a"));
        long now = Instant.now().getEpochSecond();
        var sampled = waf(
                        "GetSampledRequests",
                        "{'WebAclArn':'%s','RuleMetricName':'set',%s,'TimeWindow':{'StartTime':%d,'EndTime':%d},'MaxItems':10}"
                                .formatted(made.member("ARN"), SCOPE, now - 600, now + 600))
                .expect(200);
        assertEquals("127.0.0.9", sampled.member("ClientIP"));
        assertEquals("BLOCK", sampled.member("Action"));
        for (String window : List.of("'StartTime':2,'EndTime':1", "'StartTime':1,'EndTime':1e999", "'EndTime':1"))
            waf(
                            "GetSampledRequests",
                            "{'WebAclArn':'%s','RuleMetricName':'set',%s,'TimeWindow':{%s},'MaxItems':10}"
                                    .formatted(made.member("ARN"), SCOPE, window))
                    .expect(400);
        // What is in use stays.
        assertEquals(
                "WAFAssociatedItemException",
                waf("DeleteIPSet", named("set", set).replace(set.member("LockToken"), token))
                        .expect(400)
                        .member("__type"));
        use("");
        assertEquals(List.of(200), statuses("127.0.0.9", 1, "/a"));
        waf("DeleteWebACL", named("byset", made)).expect(200);
    }

    private static String named(String name, SignedClient.Answer made) {
        return "{'Name':'%s',%s,'Id':'%s','LockToken':'%s'}"
                .formatted(name, SCOPE, made.member("Id"), made.member("LockToken"));
    }

    /** The rate is exact: as many as the limit are served, and who asks from elsewhere notices nothing. */
    @Test
    void aThousandRequestsFromOneNetworkAreLimitedAndAnotherSeesNoneOfIt() throws Exception {
        String rate = "{'RateBasedStatement':{'Limit':100,'EvaluationWindowSec':60,'AggregateKeyType':'IP'}}";
        var made = waf("CreateWebACL", acl("rates", rule("rate", 0, rate, "Block")))
                .expect(200);
        use(made.member("ARN"));
        List<Integer> busy = statuses("127.0.0.2", 1000, "/a");
        List<Integer> quiet = statuses("127.0.0.3", 50, "/a");
        assertEquals(100, busy.stream().filter(status -> status == 200).count());
        assertEquals(List.of(403), busy.subList(100, 1000).stream().distinct().toList());
        assertEquals(List.of(200), quiet.stream().distinct().toList());
        use("");
        waf("DeleteWebACL", named("rates", made)).expect(200);
        var allowing = waf("CreateWebACL", acl("allowing", rule("rate", 0, rate, "Allow")))
                .expect(400);
        assertEquals("RULE_ACTION", allowing.member("Field"));
    }

    @Test
    void everyShippedGroupBlocksWhatItIsFor() throws Exception {
        StringBuilder rules = new StringBuilder();
        int priority = 0;
        for (String group : List.of("HotlinkProtection", "BadBots", "ExploitPaths", "OversizedRequests")) {
            rules.append(priority == 0 ? "" : ",")
                    .append(
                            "{'Name':'%s','Priority':%d,'Statement':{'ManagedRuleGroupStatement':{'VendorName':'Perigee','Name':'%s'}},'OverrideAction':{'None':{}},%s}"
                                    .formatted(group, priority++, group, visible(group)));
        }
        var made = waf("CreateWebACL", acl("managed", rules.toString())).expect(200);
        use(made.member("ARN"));
        String agent = "User-Agent: Mozilla/5.0\r\n";
        for (String path :
                List.of("/a", "/rex.jpg?size=large", "/blog/..rex/a", "/environment", "/.well-known/security.txt")) {
            assertEquals(List.of(200), statuses("127.0.0.1", 1, path, agent), path);
        }
        for (String path : List.of(
                "/.env",
                "/.git/config",
                "/%2egit/HEAD",
                "/a/..%2f..%2fetc/passwd",
                "/wp-login.php",
                "/x?f=../../a",
                "/x?q=$%7Bjndi:ldap://e/%7D",
                "/a%00b",
                "/" + "x".repeat(1100),
                "/a?" + "x".repeat(2100))) {
            assertEquals(List.of(403), statuses("127.0.0.1", 1, path, agent), path);
        }
        assertEquals(List.of(403), statuses("127.0.0.1", 1, "/a"));
        assertEquals(List.of(403), statuses("127.0.0.1", 1, "/a", "User-Agent: sqlmap/1.7\r\n"));
        assertEquals(
                List.of(403),
                statuses("127.0.0.1", 1, "/a", agent, "Sec-Fetch-Site: cross-site\r\nSec-Fetch-Dest: image\r\n"));
        use("");
        waf("DeleteWebACL", named("managed", made)).expect(200);
    }

    @Test
    void capacityIsAddedUpByTheTable() throws Exception {
        String header = "'FieldToMatch':{'SingleHeader':{'Name':'Referer'}}";
        String text = "{'ByteMatchStatement':{'SearchString':'eA==',%s,'PositionalConstraint':'CONTAINS',%s}}"
                .formatted(header, NO_TRANSFORMATION);
        String lower = "{'RegexMatchStatement':{'RegexString':'x','FieldToMatch':{'AllQueryArguments':{}},"
                + "'TextTransformations':[{'Priority':0,'Type':'LOWERCASE'},{'Priority':1,'Type':'URL_DECODE'}]}}";
        String sql =
                "{'SqliMatchStatement':{'FieldToMatch':{'JsonBody':{'MatchPattern':{'All':{}},'MatchScope':'ALL'}},%s}}"
                        .formatted(NO_TRANSFORMATION);
        String both = "{'AndStatement':{'Statements':[%s,{'NotStatement':{'Statement':%s}}]}}".formatted(text, lower);
        String answer = waf(
                        "CheckCapacity",
                        "{%s,'Rules':[%s,%s]}"
                                .formatted(SCOPE, rule("a", 0, both, "Block"), rule("b", 1, sql, "Count")))
                .expect(200)
                .whole()
                .body();
        assertEquals("{\"Capacity\":" + (10 + 3 + 10 + 20 + 40) + "}", answer);
        // The web ACL that has the body is not part of the question.
        String slow = rule("c", 0, text, "Block")
                .replace(
                        "'Block':{}", "'Block':{'CustomResponse':{'ResponseCode':429,'CustomResponseBodyKey':'slow'}}");
        waf("CheckCapacity", "{%s,'Rules':[%s]}".formatted(SCOPE, slow)).expect(200);
        waf("CreateWebACL", acl("slow", slow)).expect(400);
    }

    @ParameterizedTest(name = "{0}: {1}")
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "CreateIPSet | {'Name':'x','Scope':'REGIONAL','IPAddressVersion':'IPV4','Addresses':[]} | WAFInvalidParameterException",
                "CreateIPSet | {'Name':'x','Scope':'CLOUDFRONT','IPAddressVersion':'IPV4','Addresses':['1.2.3.4']} | WAFInvalidParameterException",
                "CreateIPSet | {'Name':'x','Scope':'CLOUDFRONT','IPAddressVersion':'IPV6','Addresses':['1.2.3.4/32']} | WAFInvalidParameterException",
                "CreateIPSet | {'Name':'x y','Scope':'CLOUDFRONT','IPAddressVersion':'IPV4','Addresses':[]} | WAFInvalidParameterException",
                "CreateRegexPatternSet | {'Name':'x','Scope':'CLOUDFRONT','RegularExpressionList':[{'RegexString':'(a)\\\\1'}]} | WAFInvalidParameterException",
                "CreateRegexPatternSet | {'Name':'x','Scope':'CLOUDFRONT','RegularExpressionList':[{'RegexString':'((a{100}){100}){100}'}]} | WAFInvalidParameterException",
                "GetWebACL | {'Name':'x','Scope':'CLOUDFRONT','Id':'none'} | WAFNonexistentItemException",
                "AssociateWebACL | {'WebACLArn':'x','ResourceArn':'y'} | WAFInvalidParameterException",
                "DescribeManagedRuleGroup | {'VendorName':'AWS','Name':'AWSManagedRulesCommonRuleSet','Scope':'CLOUDFRONT'} | WAFNonexistentItemException",
                "PutLoggingConfiguration | {} | NotImplemented",
                "CreateWebACL | {'Name':'x','Scope':'CLOUDFRONT','DefaultAction':{}} | WAFInvalidParameterException"
            })
    void whatIsWrongIsRefusedInTheWordsOfAwsWaf(String operation, String input, String code) throws Exception {
        var answer = waf(operation, input).expect(code.equals("NotImplemented") ? 501 : 400);
        assertEquals(code, answer.member("__type"));
    }

    @Test
    void actionsAndStatementsThatCannotBeCarriedOutAreRefused() throws Exception {
        String all = "{'SizeConstraintStatement':{'FieldToMatch':{'UriPath':{}},'ComparisonOperator':'GT','Size':0,%s}}"
                .formatted(NO_TRANSFORMATION);
        var captcha =
                waf("CreateWebACL", acl("no", rule("r", 0, all, "Captcha"))).expect(400);
        assertEquals("RULE_ACTION", captcha.member("Field"));
        var fingerprint = waf(
                        "CreateWebACL",
                        acl(
                                "no",
                                rule(
                                        "r",
                                        0,
                                        all.replace("'UriPath':{}", "'JA3Fingerprint':{'FallbackBehavior':'MATCH'}"),
                                        "Block")))
                .expect(400);
        assertEquals("FIELD_TO_MATCH", fingerprint.member("Field"));
        var twice = waf("CreateWebACL", acl("no", rule("r", 0, all, "Block"), rule("r", 1, all, "Block")))
                .expect(400);
        assertEquals("RULE", twice.member("Field"));
        String none = "{'IPSetReferenceStatement':{'ARN':'arn:aws:wafv2:us-east-1:123456789012:global/ipset/none/1'}}";
        assertEquals(
                "WAFNonexistentItemException",
                waf("CreateWebACL", acl("no", rule("r", 0, none, "Block")))
                        .expect(400)
                        .member("__type"));
    }

    @Test
    void theLockTokenKeepsTwoWritersApart() throws Exception {
        var made = waf("CreateWebACL", acl("locked")).expect(200);
        assertEquals(
                "WAFDuplicateItemException",
                waf("CreateWebACL", acl("locked")).expect(400).member("__type"));
        String update = acl("locked").replace("'Rules'", "'Id':'%s','LockToken':'%s','Rules'");
        String first = update.formatted(made.member("Id"), made.member("LockToken"));
        String next = waf("UpdateWebACL", first).expect(200).member("NextLockToken");
        assertEquals(
                "WAFOptimisticLockException",
                waf("UpdateWebACL", first).expect(400).member("__type"));
        waf("UpdateWebACL", update.formatted(made.member("Id"), next)).expect(200);
    }

    @Test
    void aWebAclThatDoesNotExistIsNoneOfADistribution() throws Exception {
        String config = client.cloudfront("GET", "/distribution/" + id + "/config", "")
                .expect(200)
                .whole()
                .body();
        String etag =
                client.cloudfront("GET", "/distribution/" + id + "/config", "").etag();
        String changed = config.replaceFirst("<WebACLId>[^<]*</WebACLId>|<WebACLId/>", "")
                .replace(
                        "</DistributionConfig>",
                        "<WebACLId>arn:aws:wafv2:us-east-1:123456789012:global/webacl/n/1</WebACLId></DistributionConfig>");
        var refused = client.cloudfront("PUT", "/distribution/" + id + "/config", changed, new Field("If-Match", etag));
        assertEquals("InvalidWebACLId", refused.expect(400).element("Code"));
    }
}
