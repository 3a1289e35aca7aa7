namespace VoiceQuality.Storage.Migrations;

/// <summary>The database's schema is not one that this program can work with; the message says what to do.</summary>
public sealed class SchemaException : Exception
{
    /// <summary>Creates the exception.</summary>
    public SchemaException()
    {
    }

    /// <summary>Creates the exception.</summary>
    public SchemaException(string message)
        : base(message)
    {
    }

    /// <summary>Creates the exception.</summary>
    public SchemaException(string message, Exception innerException)
        : base(message, innerException)
    {
    }
}
