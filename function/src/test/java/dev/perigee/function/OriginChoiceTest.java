package dev.perigee.function;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.perigee.core.plan.Behavior;
import dev.perigee.core.plan.CachePolicy;
import dev.perigee.core.plan.Distribution;
import dev.perigee.core.plan.Forwarding;
import dev.perigee.core.plan.Origin;
import dev.perigee.core.plan.OriginAccess;
import dev.perigee.core.plan.Selection;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class OriginChoiceTest {
    private static final Origin FIRST = origin("first", new OriginAccess.Anonymous());
    private static final Behavior BEHAVIOR = Behavior.builder(
                    "*", FIRST, new CachePolicy("p", 0, 0, 0, false, false, List.of(), Selection.NONE, Selection.NONE))
            .forwarding(new Forwarding(Forwarding.Headers.NONE, List.of(), Selection.NONE, Selection.NONE))
            .build();
    private static final Distribution DISTRIBUTION = distribution();

    private static Origin origin(String id, OriginAccess access) {
        return Origin.builder(id, id + ".test").path("/p").access(access).build();
    }

    private static Distribution distribution() {
        return Distribution.builder("E1", "d1.cloudfront.net", List.of(BEHAVIOR))
                .origins(List.of(
                        FIRST,
                        origin("signed", new OriginAccess.Signed("s3", "us-east-1", false)),
                        origin("mutual", new OriginAccess.Certificate("arn:c"))))
                .build();
    }

    private static String chosen(String choice) throws JsonProcessingException {
        try {
            Behavior by =
                    OriginChoice.of(DISTRIBUTION, BEHAVIOR, new ObjectMapper().readTree(choice.replace('\'', '"')));
            Origin origin = by.origin();
            String second = by.failover() == null
                    ? ""
                    : " then " + by.failover().secondary().id() + by.failover().statuses();
            return origin.id() + " " + origin.domainName() + origin.path() + " " + origin.names() + second;
        } catch (Invalid e) {
            return e.text();
        }
    }

    @ParameterizedTest(name = "{0} -> {1}")
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "{'update':{}} | first first.test/p null",
                "{'update':{'domainName':'Other.test','originPath':'','sni':'s.test'}} | first other.test Names[host=null, server=s.test, certificates=null]",
                "{'update':{'hostHeader':'H.test'}} | first first.test/p Names[host=h.test, server=null, certificates=null]",
                "{'update':{'allowedCertificateNames':['A.test','*.b.test']}} | first first.test/p Names[host=null, server=null, certificates=[a.test, *.b.test]]",
                "{'update':{'originShield':{'enabled':true,'region':'us-east-2'}}} | first first.test/p null",
                "{'update':{'originShield':{'enabled':false}}} | first first.test/p null",
                "{'update':{'allowedCertificateNames':[]}} | first first.test/p null",
                "{'select':'first','with':{'allowedCertificateNames':['a.test']}} | first first.test/p Names[host=null, server=null, certificates=[a.test]]",
                "{'select':'signed','with':{}} | signed signed.test/p null",
                "{'group':{'originIds':[{'originId':'first'},{'originId':'signed'}],'failoverCriteria':{'statusCodes':[503]}}} | first first.test/p null then signed[503]"
            })
    void choosesOrigins(String choice, String expected) throws JsonProcessingException {
        assertEquals(expected, chosen(choice));
    }

    @ParameterizedTest(name = "{0} -> {1}")
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "{'update':[]} | must be an object",
                "{'update':{'domain':'x'}} | 'domain' is not known",
                "{'update':{'hostHeader':'a b'}} | hostHeader must be",
                "{'update':{'hostHeader':'10.0.0.1'}} | hostHeader must be",
                "{'update':{'domainName':'a\\r\\nb'}} | domainName must be",
                "{'update':{'originShield':{'enabled':true}}} | originShield.region must be",
                "{'update':{'originShield':{'enabled':true,'region':'Ohio'}}} | originShield.region must be",
                "{'update':{'originShield':{'enabled':'yes','region':'us-east-2'}}} | originShield.enabled must be",
                "{'update':{'originShield':{'region':'us-east-2'}}} | originShield.enabled must be",
                "{'update':{'originShield':true}} | originShield must be an object",
                "{'update':{'allowedCertificateNames':'a.test'}} | allowedCertificateNames must be a list",
                "{'update':{'allowedCertificateNames':['10.0.0.1']}} | allowedCertificateNames has '10.0.0.1'",
                "{'update':{'allowedCertificateNames':['*']}} | allowedCertificateNames has '*'",
                "{'update':{'allowedCertificateNames':['a.*.test']}} | allowedCertificateNames has 'a.*.test'",
                "{'update':{'allowedCertificateNames':[1]}} | allowedCertificateNames has '1'",
                "{'update':{'mTLSConfig':'on'}} | mTLSConfig must be off",
                "{'update':{'customOriginConfig':{'ipAddressType':'ipv6'}}} | ipAddressType 'ipv6' is not built",
                "{'select':'none','with':{}} | no origin 'none'",
                "{'select':'mutual','with':{}} | mutual TLS",
                "{'select':'signed','with':{'hostHeader':'h.test'}} | origin access control",
                "{'select':'first','with':{'originPath':'/x'}} | 'originPath' is not known",
                "{'group':{'originIds':[{'originId':'first'},{'originId':'first'}],'failoverCriteria':{'statusCodes':[503]}}} | are the same",
                "{'group':{'originIds':[{'originId':'first'},{'originId':'signed'}],'failoverCriteria':{'statusCodes':[]}}} | is empty",
                "{'group':{'originIds':[{'originId':'first'},{'originId':'signed'}],'failoverCriteria':{'statusCodes':[200]}}} | has 200",
                "{'group':{'originIds':[{'originId':'first'},{'originId':'signed'}],'selectionCriteria':'media-quality-score','failoverCriteria':{'statusCodes':[503]}}} | is not built",
                "{'group':{'originIds':[{'originId':'first'}]}} | must be two"
            })
    void refusesWhatCannotBe(String choice, String problem) throws JsonProcessingException {
        assertTrue(chosen(choice).contains(problem), chosen(choice));
    }

    @Test
    void allowedCertificateNamesAreBounded() throws JsonProcessingException {
        String one = "'" + "a".repeat(60) + ".com'";
        String update = "{'update':{'allowedCertificateNames':[";
        assertTrue(chosen(update + one + "]}}").contains("certificates=[a"), "64 characters");
        assertTrue(chosen(update + one.replace(".com", ".test") + "]}}").contains("allowedCertificateNames has"));
        assertTrue(chosen(update + (one + ",").repeat(20) + one + "]}}").contains("at most 20"));
    }

    /** What AWS's sample select-origin-based-on-country asks for. */
    @Test
    void aBucketOfAnotherRegionIsSignedFor() throws Exception {
        Origin made = OriginChange.applied(FIRST, new ObjectMapper().readTree("""
                        {"domainName": "demo.s3.ap-northeast-1.amazonaws.com", "originAccessControlConfig": {"enabled": true,
                        "region": "ap-northeast-1", "signingBehavior": "always", "signingProtocol": "sigv4",
                        "originType": "s3"}}"""));
        assertEquals("demo.s3.ap-northeast-1.amazonaws.com", made.domainName());
        assertEquals(new OriginAccess.Signed("s3", "ap-northeast-1", false), made.access());
    }
}
