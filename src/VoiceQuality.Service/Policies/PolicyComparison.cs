using VoiceQuality.Service.TrustPage;
using VoiceQuality.Sla.Periods;
using VoiceQuality.Sla.Policies;

namespace VoiceQuality.Service.Policies;

/// <summary>A unit's month under the policy in force and under another one.</summary>
/// <param name="InForce">The month by the policy in force.</param>
/// <param name="Other">The same month by the other one.</param>
internal sealed record ComparedMonth(AssessedMonth InForce, AssessedMonth Other)
{
    /// <summary>US dollars that the other one gives more; negative when less; null when either is not known.</summary>
    public decimal? Difference => Other.Figures.CreditIfClaimed - InForce.Figures.CreditIfClaimed;
}

/// <summary>The same month under another reading: what each unit would get, and the totals.</summary>
/// <param name="Lines">Units with calls or usage, by account and unit id.</param>
internal sealed record PolicyComparison(IReadOnlyList<ComparedMonth> Lines)
{
    /// <summary>US dollars by the policy in force, of the lines whose difference is known.</summary>
    public decimal InForceSum => Known.Sum(line => line.InForce.Figures.CreditIfClaimed!.Value);

    /// <summary>US dollars by the other policy, of the same lines.</summary>
    public decimal OtherSum => Known.Sum(line => line.Other.Figures.CreditIfClaimed!.Value);

    /// <summary>Lines that are in no sum, because a credit is not known or a person decides.</summary>
    public int UnknownCount => Lines.Count(line => line.Difference is null);

    private IEnumerable<ComparedMonth> Known => Lines.Where(line => line.Difference is not null);

    /// <summary>Computes a month twice from the same stored figures.</summary>
    public static async Task<PolicyComparison> OfAsync(
        AssessedMonths months, ServiceMonth month, ContractPolicy other, CancellationToken cancellationToken)
    {
        var figures = await months.ListAsync(month, cancellationToken);
        var others = (await months.ListAsync(month, (_, _) => other, cancellationToken))
            .ToDictionary(line => (line.AccountId, line.UnitId));
        return new PolicyComparison(
        [
            .. figures.Where(line => others.ContainsKey((line.AccountId, line.UnitId)))
                .Select(line => new ComparedMonth(line, others[(line.AccountId, line.UnitId)])),
        ]);
    }
}
