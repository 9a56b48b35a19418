package dev.perigee.control.resource;

import dev.perigee.control.resource.Tables.Kind;

/** The resources of AWS WAF, as its API calls them. */
enum WafKind {
    WEB_ACL(Kind.WEB_ACL, "WebACL", "WebACLs", "webacl", "WEB_ACL", 100),
    RULE_GROUP(Kind.RULE_GROUP, "RuleGroup", "RuleGroups", "rulegroup", "RULE_GROUP", 100),
    IP_SET(Kind.IP_SET, "IPSet", "IPSets", "ipset", "IP_SET", 100),
    REGEX_SET(Kind.REGEX_SET, "RegexPatternSet", "RegexPatternSets", "regexpatternset", "REGEX_PATTERN_SET", 100);

    final Kind kind;
    final String word;
    final String list;
    final String path;
    /** In errors. */
    final String field;
    /** AWS WAF's quota. */
    final int max;

    WafKind(Kind kind, String word, String list, String path, String field, int max) {
        this.kind = kind;
        this.word = word;
        this.list = list;
        this.path = path;
        this.field = field;
        this.max = max;
    }

    String arn(String accountId, String name, String id) {
        return "arn:aws:wafv2:us-east-1:" + accountId + ":global/" + path + "/" + name + "/" + id;
    }
}
