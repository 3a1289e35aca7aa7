using VoiceQuality.Sla.Periods;

namespace VoiceQuality.Service.Pages;

/// <summary>Links to the same page of other months.</summary>
/// <param name="Path">The page.</param>
/// <param name="Shown">The month it shows.</param>
/// <param name="Months">Months to choose from.</param>
internal sealed record MonthSwitch(string Path, ServiceMonth Shown, IReadOnlyList<ServiceMonth> Months);

/// <summary>Addresses of the pages; ids are escaped, so no id can leave its place in the path.</summary>
internal static class Links
{
    public static string Account(string accountId) => $"/account/{Uri.EscapeDataString(accountId)}";

    public static string Unit(string accountId, string unitId) =>
        $"{Account(accountId)}/units/{Uri.EscapeDataString(unitId)}";

    public static string Failure(string failureId) => $"/failures/{failureId}";

    public static string Call(string callKey) => $"/calls/{callKey}";
}
