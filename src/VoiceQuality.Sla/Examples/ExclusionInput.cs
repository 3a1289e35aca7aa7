using System.Collections.Frozen;
using NodaTime;
using VoiceQuality.Sla.Outages;

namespace VoiceQuality.Sla.Examples;

/// <summary>Reads an exclusion of an example. What it does not speak of is taken as not in question.</summary>
internal static class ExclusionInput
{
    private const string ForceMajeureSection = "16.3";

    // The contract names five causes in words; examples may name a part of the first, or a cause at greater length.
    private static readonly FrozenDictionary<string, ExclusionCause> Causes = new Dictionary<string, ExclusionCause>
    {
        ["CUSTOMER_EQUIPMENT"] = ExclusionCause.CustomerEquipment,
        ["CUSTOMER_SOFTWARE"] = ExclusionCause.CustomerEquipment,
        ["CUSTOMER_FACILITY"] = ExclusionCause.CustomerEquipment,
        ["CUSTOMER_FACILITIES"] = ExclusionCause.CustomerEquipment,
        ["CUSTOMER_DATABASE"] = ExclusionCause.CustomerEquipment,
        ["CUSTOMER_DATABASES"] = ExclusionCause.CustomerEquipment,
        ["CUSTOMER_OPERATOR_ERROR"] = ExclusionCause.CustomerEquipment,
        ["CUSTOMER_EQUIPMENT_OR_ERROR"] = ExclusionCause.CustomerEquipment,
        ["CUSTOMER_EQUIPMENT_OR_OPERATOR_ERROR"] = ExclusionCause.CustomerEquipment,
        ["OPERATOR_ERROR"] = ExclusionCause.CustomerEquipment,
        ["CUSTOMER_SIDE"] = ExclusionCause.CustomerEquipment,
        ["CUSTOMER_INTERNET"] = ExclusionCause.CustomerInternet,
        ["CUSTOMER_INTERNET_CONNECTION"] = ExclusionCause.CustomerInternet,
        ["CUSTOMER_INTERNET_INTERRUPTION"] = ExclusionCause.CustomerInternet,
        ["THIRD_PARTY_TELEPHONY"] = ExclusionCause.ThirdPartyTelephony,
        ["THIRD_PARTY_VOICE"] = ExclusionCause.ThirdPartyTelephony,
        ["THIRD_PARTY_CARRIER"] = ExclusionCause.ThirdPartyTelephony,
        ["NOTIFIED_SOFTWARE_MAINTENANCE"] = ExclusionCause.NotifiedSoftwareMaintenance,
        ["FORCE_MAJEURE"] = ExclusionCause.ForceMajeure,
    }.ToFrozenDictionary(StringComparer.Ordinal);

    // Whoever buys from a carrier that is the provider's own may be named by a field or by what it says.
    private static readonly string[] ProvidersCarrier = ["subcontract", "underlying", "provider"];

    private static readonly string[] TextFields = ["text", "section", "clause"];

    public static Exclusion Read(ExampleInput input)
    {
        var time = TimeOf(input);
        var cause = Causes.TryGetValue(input.Text("cause"), out var known) ? known : (ExclusionCause?)null;
        var approvedBy = input.OptionalText("approved_by");
        var sentAt = input.OptionalInstant("notice_sent_at");

        return new Exclusion
        {
            Cause = cause,
            Time = time,
            Evidence = [.. input.Texts("evidence")],
            Author = input.IsGiven("author") ? input.OptionalText("author") : "the author of the example",
            ApprovedBy = approvedBy,
            RecordedAt = input.IsGiven("recorded_at") ? input.OptionalInstant("recorded_at") : time.Start,
            Notice = sentAt is { } sent
                ? new MaintenanceNotice(
                    OutageExamples.AnyAccount,
                    sent,
                    input.IsGiven("send_record") ? input.OptionalText("send_record") : "not in question",
                    time)
                : null,
            IsProvidersCarrier = cause == ExclusionCause.ThirdPartyTelephony && NamesProvidersCarrier(input),
            LegalApprover = input.OptionalText("legal_approved_by") ?? input.OptionalText("legal_approver")
                ?? (IsLegal(approvedBy) ? approvedBy : null),
            TextReference = TextReferenceOf(input),
        };
    }

    /// <summary>"start" and "end", half-open.</summary>
    public static Interval TimeOf(ExampleInput input)
    {
        var (start, end) = (input.Instant("start"), input.Instant("end"));
        return start <= end ? new Interval(start, end) : throw ExampleInput.Bad("end", "it is before the start");
    }

    private static bool NamesProvidersCarrier(ExampleInput input)
    {
        foreach (var name in input.Names.Where(name => name is not ("cause" or "start" or "end" or "evidence"
            or "author" or "approved_by" or "recorded_at") && input.Says(name)))
        {
            if (Speaks(name) || (input.IsText(name) && Speaks(input.Text(name))))
            {
                return true;
            }
        }

        // "third_party: false" says it too.
        return input.Names.Any(name => name.Contains("third_party", StringComparison.Ordinal) && !input.Says(name));
    }

    // The text of section 16.3 is named by a field, or is among the evidence.
    private static string? TextReferenceOf(ExampleInput input)
    {
        var field = input.Names.FirstOrDefault(name =>
            TextFields.Any(word => name.Contains(word, StringComparison.Ordinal)) && input.Says(name));
        return field is not null && input.IsText(field)
            ? input.Text(field)
            : input.Texts("evidence").FirstOrDefault(
                item => item.Contains(ForceMajeureSection, StringComparison.Ordinal));
    }

    private static bool Speaks(string text) =>
        ProvidersCarrier.Any(word => text.Contains(word, StringComparison.OrdinalIgnoreCase));

    private static bool IsLegal(string? approver) => approver is not null
        && (approver.Contains("legal", StringComparison.OrdinalIgnoreCase)
            || approver.Contains("counsel", StringComparison.OrdinalIgnoreCase));
}
