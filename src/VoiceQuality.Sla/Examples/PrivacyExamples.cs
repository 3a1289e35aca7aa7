using System.Text.Json.Nodes;
using NodaTime.Text;
using VoiceQuality.Sla.Policies;
using VoiceQuality.Sla.Privacy;

namespace VoiceQuality.Sla.Examples;

/// <summary>
/// Operations of the areas "cpni-access", "consent" and "cpni-auth".
/// </summary>
internal static class PrivacyExamples
{
    private const string WhileInEffect = "WHILE_IN_EFFECT_PLUS_1_YEAR";
    private const int WholePercent = 100;

    public static void Register(Dictionary<string, ExampleOperation> operations, ContractPolicy policy)
    {
        operations.Add("cpni.access", input => Access(input, policy));
        operations.Add("cpni.consent", Consent);
        operations.Add("cpni.phone_disclosure", Disclose);
        operations.Add("cpni.recovery", Recover);
        operations.Add("cpni.account_notice", Notify);
    }

    private static JsonObject Access(ExampleInput input, ContractPolicy policy)
    {
        var actor = input.Fields("actor") ?? throw ExampleInput.Bad("actor", "an object is expected");
        var resource = input.Fields("resource") ?? throw ExampleInput.Bad("resource", "an object is expected");
        var purpose = new[] { actor, input, resource }
            .SelectMany(fields => new[] { fields.OptionalText("purpose"), fields.OptionalText("ticket") })
            .FirstOrDefault(text => !string.IsNullOrWhiteSpace(text));
        var isTrained = actor.Names.Where(name => name.Contains("train", StringComparison.Ordinal)).All(actor.Says);
        var exists = resource.Flag("exists", fallback: true);

        var decision = CpniAccess.Decide(
            new CpniActor(
                WireName.TryParse<CpniRole>(actor.Text("role"), out var role) ? role : CpniRole.Other,
                actor.OptionalText("account"), purpose, isTrained),
            new CpniResource(
                ClassOf(resource.Text("class")),
                exists ? resource.OptionalText("account") : null,
                PublicationOf(resource, policy),
                resource.Flag("sealed", fallback: false)));
        return new JsonObject
        {
            ["status"] = decision.Status,
            ["reason"] = WireName.Of(decision.Reason),
            ["access_logged"] = decision.IsLogged,
        };
    }

    private static CpniResourceClass ClassOf(string name) => name switch
    {
        "AGGREGATE" => CpniResourceClass.Aggregate,
        "CALL_DETAIL" or "CALL" or "CALLS" or "CALL_RECORD" or "CDR" => CpniResourceClass.CallDetail,
        "BU_MOS" or "MOS" or "QUALITY" or "OUTAGE" or "OUTAGES" or "BU_OUTAGE" => CpniResourceClass.Quality,
        "ACCESS_LOG" or "CPNI_ACCESS_LOG" or "LOG" or "LOGS" => CpniResourceClass.AccessLog,
        "AUDIT_LOG" or "AUDIT" or "CONSENT" or "BREACH" or "BREACHES" => CpniResourceClass.ComplianceRecord,
        _ when IsAmount(name) => CpniResourceClass.Amounts,
        _ => CpniResourceClass.Other,
    };

    private static bool IsAmount(string name) =>
        name.Split('_').Any(word => word is "AMOUNT" or "AMOUNTS" or "CREDIT" or "CREDITS" or "LEDGER" or "INVOICE"
            or "USAGE" or "BILLING" or "BILL" or "CHARGES");

    private static PublicationDecision PublicationOf(ExampleInput resource, ContractPolicy policy)
    {
        var rule = new PublicationRule { SmallestAccountCount = policy.AggregateMinAccounts };
        var accounts = resource.OptionalCount("accounts") ?? 0;
        if (accounts < rule.SmallestAccountCount)
        {
            return PublicationDecision.TooFewAccounts;
        }

        var share = resource.Names.FirstOrDefault(name => name.StartsWith("largest", StringComparison.Ordinal));
        return share is not null && PercentOf(resource, share) > rule.LargestSharePercent
            ? PublicationDecision.OneAccountDominates
            : PublicationDecision.Published;
    }

    // A share is written as a percentage, or as a fraction of 1.
    private static decimal PercentOf(ExampleInput resource, string name)
    {
        var given = resource.IsText(name) ? resource.Decimal(name) : resource.OptionalCount(name) ?? 0;
        return name.Contains("percent", StringComparison.Ordinal) || given > 1 ? given : given * WholePercent;
    }

    private static JsonObject Consent(ExampleInput input)
    {
        var history = new ConsentHistory(input.Items("events").Select(
            given => new ConsentEvent(KindOf(given.Text("type")), given.Date("on"))));
        var answer = new JsonObject { ["marketing_use"] = history.MayUseForMarketing(input.Date("check_on")) };
        if (input.Has("retention_of"))
        {
            var retention = history.RetentionOf(input.Date("retention_of"))
                ?? throw ExampleInput.Bad("retention_of", "no approval or refusal has this date");
            answer["keep_record_until_at_least"] =
                retention.Until is { } until ? LocalDatePattern.Iso.Format(until) : WhileInEffect;
        }

        return answer;
    }

    // Only the customer's own yes is an approval; what is not known takes an approval back rather than gives one.
    private static ConsentEventKind KindOf(string type) => type switch
    {
        "OPT_IN" => ConsentEventKind.OptIn,
        _ when type.Contains("NOTICE", StringComparison.Ordinal)
            || type.Contains("SILENCE", StringComparison.Ordinal)
            || type.Contains("NO_ANSWER", StringComparison.Ordinal)
            || type.Contains("NO_RESPONSE", StringComparison.Ordinal)
            || type.Contains("SOLICIT", StringComparison.Ordinal) => ConsentEventKind.Notice,
        _ => ConsentEventKind.OptOut,
    };

    private static JsonObject Disclose(ExampleInput input)
    {
        var hasNumber = !input.IsGiven("number_of_record") || input.Says("number_of_record");
        var allowed = PhoneDisclosure.Allowed(
            input.Flag("password_ok", fallback: false), input.OptionalCount("address_of_record_age_days"), hasNumber);
        return new JsonObject
        {
            ["allowed"] = new JsonArray([.. allowed.Select(way => JsonValue.Create(WireName.Of(way)))]),
        };
    }

    private static JsonObject Recover(ExampleInput input)
    {
        var refusal = AccountRecovery.Refusal(input.Texts("factors"), input.Flag("passed", fallback: false));
        return new JsonObject { ["accepted"] = refusal is null, ["reason"] = WireName.Of(refusal) };
    }

    private static JsonObject Notify(ExampleInput input)
    {
        var atInitiation = input.Names.Any(name => input.Says(name)
            && (Initiation(name) || (input.IsText(name) && Initiation(input.Text(name)))));
        var notice = AccountNotice.For(ChangeOf(input.Text("changed")), atInitiation);
        return new JsonObject
        {
            ["notify"] = notice.IsDue,
            ["to"] = WireName.Of(notice.To),
            ["contains_changed_value"] = AccountNotice.ContainsChangedValue,
        };
    }

    private static bool Initiation(string text) => text.Contains("initiation", StringComparison.OrdinalIgnoreCase);

    private static AccountChange ChangeOf(string name) =>
        WireName.TryParse<AccountChange>(name, out var change) ? change
        : name.Contains("ADDRESS", StringComparison.Ordinal) || name.Contains("EMAIL", StringComparison.Ordinal)
            ? AccountChange.AddressOfRecord
        : AccountChange.Other;
}
