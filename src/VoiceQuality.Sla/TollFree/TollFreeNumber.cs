using System.Collections.Immutable;
using NodaTime;
using VoiceQuality.Sla.Accounts;

namespace VoiceQuality.Sla.TollFree;

/// <summary>Result of a connectivity test.</summary>
public enum VerificationResult
{
    /// <summary>The number works.</summary>
    Pass,

    /// <summary>It does not.</summary>
    Fail,
}

/// <summary>A connectivity test that the customer made .</summary>
/// <param name="TestedAt">When.</param>
/// <param name="Tester">Who; not shown outside the account.</param>
/// <param name="TestCallId">The call it was made with.</param>
/// <param name="Result">Whether the number worked.</param>
public sealed record TollFreeVerification(Instant TestedAt, string Tester, string TestCallId, VerificationResult Result);

/// <summary>A problem with a number that the customer knew of .</summary>
/// <param name="KnownAt">Since when the customer knew.</param>
/// <param name="ReportedAt">When the provider was told; null when it was not.</param>
public sealed record TollFreeProblem(Instant KnownAt, Instant? ReportedAt);

/// <summary>What the customer did about one toll-free number .</summary>
/// <param name="Number">The number.</param>
/// <param name="ComponentId">The component that carries it.</param>
/// <param name="Verifications">Its tests.</param>
/// <param name="CampaignLaunches">When it was put before the public.</param>
/// <param name="Problems">Problems that the customer knew of.</param>
public sealed record TollFreeNumber(
    PhoneNumber Number,
    string ComponentId,
    ImmutableArray<TollFreeVerification> Verifications,
    ImmutableArray<Instant> CampaignLaunches,
    ImmutableArray<TollFreeProblem> Problems);

/// <summary>Why a toll-free number has no right to credits.</summary>
public enum TollFreeReason
{
    /// <summary>No test passed strictly before the first campaign.</summary>
    TollFreeNotVerified,

    /// <summary>A known problem was not reported.</summary>
    TollFreeProblemNotReported,
}

/// <summary>Whether a toll-free number has a right to credits.</summary>
/// <param name="Reason">Why not; null when it has.</param>
public readonly record struct TollFreeEligibility(TollFreeReason? Reason)
{
    /// <summary>Whether it has.</summary>
    public bool IsEligible => Reason is null;

    /// <summary>Decides by what has happened up to an instant .</summary>
    /// <param name="number">The number.</param>
    /// <param name="asOf">What comes later is not looked at; null looks at everything.</param>
    public static TollFreeEligibility Of(TollFreeNumber number, Instant? asOf = null)
    {
        ArgumentNullException.ThrowIfNull(number);
        var until = asOf ?? Instant.MaxValue;
        var launches = number.CampaignLaunches.Where(launch => launch <= until).ToList();

        if (launches.Count > 0)
        {
            var first = launches.Min();
            if (!number.Verifications.Any(test => test.Result == VerificationResult.Pass && test.TestedAt < first))
            {
                return new TollFreeEligibility(TollFreeReason.TollFreeNotVerified);
            }
        }

        return number.Problems.Any(problem =>
            problem.KnownAt <= until && (problem.ReportedAt is not { } reported || reported > until))
                ? new TollFreeEligibility(TollFreeReason.TollFreeProblemNotReported)
                : default;
    }
}
