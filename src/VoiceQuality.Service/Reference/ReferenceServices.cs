using Microsoft.Extensions.DependencyInjection.Extensions;
using VoiceQuality.Storage.Accounts;
using VoiceQuality.Storage.Reference;

namespace VoiceQuality.Service.Reference;

/// <summary>What reference data need.</summary>
internal static class ReferenceServices
{
    /// <summary>Adds the stored documents and the book in force. It needs the open database and the accounts.</summary>
    public static IServiceCollection AddReference(this IServiceCollection services)
    {
        services.TryAddSingleton<ReferenceRepository>();
        services.TryAddSingleton<ReferenceDirectory>();
        services.TryAddSingleton<AccountRepository>();
        services.TryAddSingleton<ReferenceImport>();
        return services;
    }
}
