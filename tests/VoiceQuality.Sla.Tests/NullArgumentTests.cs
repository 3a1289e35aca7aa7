using System.Collections;
using System.Reflection;
using System.Runtime.CompilerServices;
using NodaTime;
using VoiceQuality.Sla.Accounts;
using VoiceQuality.Sla.Credits;
using VoiceQuality.Sla.Ledger;
using VoiceQuality.Sla.Outages;
using VoiceQuality.Sla.Periods;
using VoiceQuality.Sla.Policies;
using VoiceQuality.Sla.Rating;
using VoiceQuality.Sla.TollFree;
using VoiceQuality.Sla.Usage;

namespace VoiceQuality.Sla.Tests;

/// <summary>The public edge of the rules refuses null and names the argument.</summary>
public class NullArgumentTests
{
    private static readonly Type[] Edge =
    [
        typeof(MeanMos), typeof(MosTier), typeof(MosCreditTiers), typeof(MonthlyEligibility), typeof(MosCredit),
        typeof(CreditForecast),
        typeof(UsageBase), typeof(UsageBilling),
        typeof(AreaCodeTable), typeof(CallRating), typeof(Charge), typeof(EffectiveDated<string>),
        typeof(RatedMonth), typeof(SurchargeFromSums), typeof(TierCForecast), typeof(CallRatingResult),
        typeof(MeasuredCallRating),
        typeof(ProgramHistory), typeof(RateDeck), typeof(TierCSurcharge), typeof(TierTable), typeof(UsageRating),
        typeof(CreditStack), typeof(IntervalSet), typeof(FailureObservations), typeof(ComponentMrc),
        typeof(ExclusionRules), typeof(OutageAssessment), typeof(OutageClaimMatch), typeof(OutageCredit),
        typeof(OutageDays), typeof(OutageRequest), typeof(OutageSettlement), typeof(OutageLines), typeof(OutageClaim),
        typeof(FailureReconciliation), typeof(WatchedTime),
        typeof(LedgerChain), typeof(Idempotency), typeof(ControlTotals), typeof(Restatement), typeof(RestatementChange),
        typeof(PublishedFigures),
        typeof(RateNotice), typeof(TollFreeBar), typeof(TollFreeEligibility),
        typeof(AccountCalendar), typeof(MonthlyPeriod), typeof(TimeZones),
    ];

    private static readonly NullabilityInfoContext Nullability = new();

    [Fact]
    public void A_null_that_is_not_allowed_is_refused_by_the_name_of_its_argument()
    {
        var asked = 0;
        var wrong = new List<string>();

        foreach (var method in Methods())
        {
            var parameters = method.GetParameters();
            foreach (var parameter in parameters.Where(MayNotBeNull))
            {
                asked++;
                var arguments = parameters.Select(other => other == parameter ? null : SampleOf(other)).ToArray();
                if (RefusedName(method, arguments) is var name && name != parameter.Name)
                {
                    wrong.Add($"{method.DeclaringType!.Name}.{method.Name}({parameter.Name}): {name}");
                }
            }
        }

        Assert.True(asked > 60, $"Only {asked} arguments were found.");
        Assert.True(wrong.Count == 0, string.Join("; ", wrong));
    }

    // Static methods of every type, and constructors of the classes that are no records.
    private static IEnumerable<MethodBase> Methods() => Edge
        .SelectMany(type => type.GetMethods(BindingFlags.Public | BindingFlags.Static | BindingFlags.DeclaredOnly)
            .Cast<MethodBase>()
            .Concat(type.IsClass && type.GetMethod("<Clone>$") is null ? type.GetConstructors() : []))
        .Where(method => !method.GetParameters().Any(parameter => parameter.ParameterType.IsByRefLike));

    private static bool MayNotBeNull(ParameterInfo parameter) =>
        !parameter.IsOut
        && !parameter.ParameterType.IsByRef
        && !parameter.ParameterType.IsValueType
        && Nullability.Create(parameter).WriteState == NullabilityState.NotNull;

    private static string? RefusedName(MethodBase method, object?[] arguments)
    {
        try
        {
            var result = method is ConstructorInfo constructor
                ? constructor.Invoke(arguments)
                : method.Invoke(null, arguments);
            _ = (result as IEnumerable)?.GetEnumerator().MoveNext();
            return "nothing was refused";
        }
        catch (TargetInvocationException failure)
        {
            return failure.InnerException is ArgumentNullException refused
                ? refused.ParamName
                : failure.InnerException!.GetType().Name;
        }
    }

    private static object? SampleOf(ParameterInfo parameter)
    {
        var type = parameter.ParameterType;
        return parameter.IsOut ? null
            : type == typeof(string) ? "x"
            : type == typeof(DateTimeZone) ? DateTimeZone.Utc
            : type == typeof(AccountCalendar) ? new AccountCalendar(DateTimeZone.Utc)
            : type == typeof(ServiceMonth) ? new ServiceMonth(2025, 2)
            : type == typeof(ContractPolicy) ? ContractPolicy.Default
            : type == typeof(IReadOnlySet<PhoneNumber>) ? new HashSet<PhoneNumber>()
            : type == typeof(IReadOnlySet<ServiceMonth>) ? new HashSet<ServiceMonth>()
            : type.IsGenericType && type.IsInterface ? Array.CreateInstance(type.GetGenericArguments()[0], 0)
            : type.IsValueType ? Activator.CreateInstance(type)
            : RuntimeHelpers.GetUninitializedObject(type);
    }
}
