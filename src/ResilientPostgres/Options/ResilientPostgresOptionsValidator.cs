using Microsoft.Extensions.Options;

namespace ResilientPostgres.Options;

/// <summary>The rules that stand as attributes on the options; generated.</summary>
[OptionsValidator]
sealed partial class ResilientPostgresOptionsValidator : IValidateOptions<ResilientPostgresOptions>;
