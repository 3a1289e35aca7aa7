namespace VoiceQuality.Monitor.Pipeline;

/// <summary>What signalling says of the ends of a flow. Who is trusted more finds room where others find
/// none.</summary>
internal enum FlowTrust : byte
{
    /// <summary>Nobody announced either end.</summary>
    Unannounced,

    /// <summary>An end was announced, and the sender is not where its call said.</summary>
    Elsewhere,

    /// <summary>The sender is where its call said.</summary>
    AtHome,
}
