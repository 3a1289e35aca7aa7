using Microsoft.Extensions.DependencyInjection.Extensions;
using VoiceQuality.Storage.Signalling;

namespace VoiceQuality.Service.Signalling;

/// <summary>What figures of signalling need.</summary>
internal static class SignallingServices
{
    /// <summary>Adds what is asked for. It needs the open database, the accounts and the reference data.</summary>
    public static IServiceCollection AddSignalling(this IServiceCollection services)
    {
        services.TryAddSingleton<SignallingQueries>();
        services.TryAddSingleton<SignallingReports>();
        services.TryAddSingleton<AccountSignalling>();
        return services;
    }
}
